locals {
  name       = "${var.prefix}-${var.stage}"
  tags       = { Stage = var.stage, Name = local.name }
  production = var.stage == "prod"
  timeouts   = { dev = 3, prod = 30 }
}

resource "aws_lambda_function" "main" {
  function_name = "${local.name}-main"
  handler       = "app.handler"
  runtime       = "python3.12"
  memory_size   = var.memory
  timeout       = local.timeouts[var.stage]
  role          = "arn:aws:iam::123456789012:role/${local.name}"
  tags          = merge(local.tags, { Extra = "yes" })

  environment {
    variables = {
      STAGE      = var.stage
      TABLE      = "${local.name}-orders"
      TRACING    = var.tracing
      MEMORY     = var.memory * 2
      PRODUCTION = local.production ? "1" : "0"
      UNSET      = var.unset != null ? var.unset : "fallback"
      COALESCED  = coalesce(var.unset, "second")
    }
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }
}

resource "aws_lambda_function" "each" {
  for_each      = var.functions
  function_name = "${local.name}-${each.key}"
  handler       = each.value.handler
  memory_size   = each.value.memory
  runtime       = "nodejs22.x"
  tags          = merge(local.tags, each.value.tags)
}

output "values" {
  value = {
    from_tfvars      = var.from_tfvars
    from_auto        = var.from_auto
    overridden_twice = var.overridden_twice
    retention        = var.settings.retention
    name             = var.settings.name
    nested           = var.settings.nested
    converted        = var.converted
    functions        = { for name, each in var.functions : name => each.memory }
    upper            = upper(var.stage)
    length           = length(var.stage)
    chosen           = contains(["dev", "test"], var.stage) ? "small" : "large"
    by_stage         = lookup({ dev = "a", prod = "b" }, var.stage, "c")
    unset_is_null    = var.unset == null
    null_in_text     = "${var.unset == null ? "none" : "some"}"
    concatenated     = concat([var.prefix], var.from_auto)
  }
}
