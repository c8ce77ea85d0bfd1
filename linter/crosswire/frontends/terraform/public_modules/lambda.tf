# What `terraform-aws-modules/lambda/aws` makes of its documented inputs, as far as it is wiring.
variable "create" { default = true }
variable "create_function" { default = true }
variable "create_layer" { default = false }
variable "create_role" { default = true }
variable "create_package" { default = true }
variable "function_name" { default = "" }
variable "handler" { default = "" }
variable "runtime" { default = "" }
variable "description" { default = "" }
variable "lambda_role" { default = "" }
variable "lambda_at_edge" { default = false }
variable "layers" { default = null }
variable "architectures" { default = null }
variable "kms_key_arn" { default = null }
variable "memory_size" { default = 128 }
variable "timeout" { default = 3 }
variable "publish" { default = false }
variable "snap_start" { default = false }
variable "reserved_concurrent_executions" { default = -1 }
variable "dead_letter_target_arn" { default = null }
variable "environment_variables" { default = {} }
variable "tracing_mode" { default = null }
variable "vpc_subnet_ids" { default = null }
variable "vpc_security_group_ids" { default = null }
variable "file_system_arn" { default = null }
variable "file_system_local_mount_path" { default = null }
variable "package_type" { default = "Zip" }
variable "image_uri" { default = null }
variable "image_config_command" { default = [] }
variable "source_path" { default = null }
variable "local_existing_package" { default = null }
variable "s3_existing_package" { default = null }
variable "store_on_s3" { default = false }
variable "s3_bucket" { default = null }
variable "s3_prefix" { default = null }
variable "artifacts_dir" { default = "builds" }
variable "layer_name" { default = "" }
variable "compatible_runtimes" { default = [] }
variable "create_lambda_function_url" { default = false }
variable "create_unqualified_alias_lambda_function_url" { default = true }
variable "authorization_type" { default = "NONE" }
variable "cors" { default = {} }
variable "create_async_event_config" { default = false }
variable "create_current_version_async_event_config" { default = true }
variable "create_unqualified_alias_async_event_config" { default = true }
variable "destination_on_failure" { default = null }
variable "destination_on_success" { default = null }
variable "create_current_version_allowed_triggers" { default = true }
variable "create_unqualified_alias_allowed_triggers" { default = true }
variable "allowed_triggers" { default = {} }
variable "event_source_mapping" { default = {} }
variable "use_existing_cloudwatch_log_group" { default = false }
variable "logging_log_group" { default = null }
variable "cloudwatch_logs_kms_key_id" { default = null }
variable "role_name" { default = null }
variable "role_path" { default = null }
variable "role_permissions_boundary" { default = null }
variable "policy_name" { default = null }
variable "trusted_entities" { default = [] }
variable "assume_role_policy_statements" { default = {} }
variable "attach_cloudwatch_logs_policy" { default = true }
variable "attach_create_log_group_permission" { default = true }
variable "attach_dead_letter_policy" { default = false }
variable "attach_network_policy" { default = false }
variable "attach_tracing_policy" { default = false }
variable "attach_async_event_policy" { default = false }
variable "attach_policy_json" { default = false }
variable "policy_json" { default = null }
variable "attach_policy_jsons" { default = false }
variable "policy_jsons" { default = [] }
variable "number_of_policy_jsons" { default = 0 }
variable "attach_policy" { default = false }
variable "policy" { default = null }
variable "attach_policies" { default = false }
variable "policies" { default = [] }
variable "number_of_policies" { default = 0 }
variable "attach_policy_statements" { default = false }
variable "policy_statements" { default = {} }

locals {
  create_function = var.create && var.create_function && !var.create_layer
  create_role     = local.create_function && var.create_role
  role_name       = var.role_name != null ? var.role_name : var.function_name
  policy_name     = var.policy_name != null ? var.policy_name : local.role_name
  log_group_name  = var.logging_log_group != null ? var.logging_log_group : "/aws/lambda/${var.function_name}"

  # A text, or a list of texts and of objects with a `path`. The first that has one is where the code is.
  sources  = var.source_path == null ? [] : [for entry in flatten([var.source_path]) : try(tostring(entry), entry.path, null)]
  paths    = [for path in local.sources : path if path != null]
  is_file  = length(local.paths) > 0 ? can(regex("\\.(py|js|mjs|cjs|ts|rb|sh|zip)$", local.paths[0])) : false
  packaged = var.create && var.create_package && length(local.paths) > 0
  archive  = local.packaged ? data.archive_file.package[0].output_path : null
}

# The real module packages with a program of its own: here, what comes to the same.
data "archive_file" "package" {
  count       = local.packaged ? 1 : 0
  type        = "zip"
  source_dir  = local.is_file ? null : local.paths[0]
  source_file = local.is_file ? local.paths[0] : null
  output_path = "${var.artifacts_dir}/package.zip"
}

resource "aws_s3_object" "lambda_package" {
  count  = local.packaged && var.store_on_s3 ? 1 : 0
  bucket = var.s3_bucket
  key    = var.s3_prefix != null ? "${var.s3_prefix}package.zip" : "${var.artifacts_dir}/package.zip"
  source = local.archive
}

resource "aws_lambda_function" "this" {
  count         = local.create_function ? 1 : 0
  function_name = var.function_name
  description   = var.description
  role          = var.create_role ? aws_iam_role.lambda[0].arn : var.lambda_role
  handler       = var.package_type == "Zip" ? var.handler : null
  runtime       = var.package_type == "Zip" ? var.runtime : null
  package_type  = var.package_type
  image_uri     = var.image_uri
  layers        = var.layers
  architectures = var.architectures
  kms_key_arn   = var.kms_key_arn
  memory_size   = var.memory_size
  timeout       = var.timeout
  publish       = var.lambda_at_edge || var.snap_start ? true : var.publish
  filename      = var.local_existing_package != null ? var.local_existing_package : (var.store_on_s3 ? null : local.archive)
  s3_bucket     = var.s3_existing_package != null ? try(var.s3_existing_package.bucket, null) : (var.store_on_s3 ? var.s3_bucket : null)
  s3_key        = var.s3_existing_package != null ? try(var.s3_existing_package.key, null) : (var.store_on_s3 && local.packaged ? aws_s3_object.lambda_package[0].key : null)

  reserved_concurrent_executions = var.reserved_concurrent_executions

  environment {
    variables = var.environment_variables
  }

  dynamic "image_config" {
    for_each = length(var.image_config_command) > 0 ? [1] : []
    content {
      command = var.image_config_command
    }
  }

  dynamic "dead_letter_config" {
    for_each = var.dead_letter_target_arn != null ? [1] : []
    content {
      target_arn = var.dead_letter_target_arn
    }
  }

  dynamic "tracing_config" {
    for_each = var.tracing_mode != null ? [1] : []
    content {
      mode = var.tracing_mode
    }
  }

  dynamic "vpc_config" {
    for_each = var.vpc_subnet_ids != null && var.vpc_security_group_ids != null ? [1] : []
    content {
      subnet_ids         = var.vpc_subnet_ids
      security_group_ids = var.vpc_security_group_ids
    }
  }

  dynamic "file_system_config" {
    for_each = var.file_system_arn != null && var.file_system_local_mount_path != null ? [1] : []
    content {
      arn              = var.file_system_arn
      local_mount_path = var.file_system_local_mount_path
    }
  }
}

resource "aws_lambda_layer_version" "this" {
  count               = var.create && var.create_layer ? 1 : 0
  layer_name          = var.layer_name
  compatible_runtimes = var.compatible_runtimes
  filename            = var.local_existing_package != null ? var.local_existing_package : (var.store_on_s3 ? null : local.archive)
  s3_bucket           = var.s3_existing_package != null ? try(var.s3_existing_package.bucket, null) : (var.store_on_s3 ? var.s3_bucket : null)
  s3_key              = var.s3_existing_package != null ? try(var.s3_existing_package.key, null) : (var.store_on_s3 && local.packaged ? aws_s3_object.lambda_package[0].key : null)
}

data "aws_cloudwatch_log_group" "lambda" {
  count = local.create_function && var.use_existing_cloudwatch_log_group ? 1 : 0
  name  = local.log_group_name
}

resource "aws_cloudwatch_log_group" "lambda" {
  count      = local.create_function && !var.use_existing_cloudwatch_log_group ? 1 : 0
  name       = local.log_group_name
  kms_key_id = var.cloudwatch_logs_kms_key_id
}

# Who may invoke it, at the version that is there and without a version.
resource "aws_lambda_permission" "current_version_triggers" {
  for_each           = { for key, trigger in var.allowed_triggers : key => trigger if local.create_function && var.create_current_version_allowed_triggers }
  function_name      = aws_lambda_function.this[0].function_name
  qualifier          = aws_lambda_function.this[0].version
  action             = try(each.value.action, "lambda:InvokeFunction")
  principal          = try(each.value.principal, "${each.value.service}.amazonaws.com")
  source_arn         = try(each.value.source_arn, null)
  source_account     = try(each.value.source_account, null)
  event_source_token = try(each.value.event_source_token, null)
}

resource "aws_lambda_permission" "unqualified_alias_triggers" {
  for_each           = { for key, trigger in var.allowed_triggers : key => trigger if local.create_function && var.create_unqualified_alias_allowed_triggers }
  function_name      = aws_lambda_function.this[0].function_name
  action             = try(each.value.action, "lambda:InvokeFunction")
  principal          = try(each.value.principal, "${each.value.service}.amazonaws.com")
  source_arn         = try(each.value.source_arn, null)
  source_account     = try(each.value.source_account, null)
  event_source_token = try(each.value.event_source_token, null)
}

resource "aws_lambda_event_source_mapping" "this" {
  for_each                           = { for key, mapping in var.event_source_mapping : key => mapping if local.create_function && var.create_unqualified_alias_allowed_triggers }
  function_name                      = aws_lambda_function.this[0].arn
  event_source_arn                   = try(each.value.event_source_arn, null)
  enabled                            = try(each.value.enabled, true)
  batch_size                         = try(each.value.batch_size, null)
  maximum_batching_window_in_seconds = try(each.value.maximum_batching_window_in_seconds, null)
  maximum_retry_attempts             = try(each.value.maximum_retry_attempts, null)
  maximum_record_age_in_seconds      = try(each.value.maximum_record_age_in_seconds, null)
  parallelization_factor             = try(each.value.parallelization_factor, null)
  bisect_batch_on_function_error     = try(each.value.bisect_batch_on_function_error, null)
  function_response_types            = try(each.value.function_response_types, null)
  starting_position                  = try(each.value.starting_position, null)
  topics                             = try(each.value.topics, null)
  queues                             = try(each.value.queues, null)

  dynamic "destination_config" {
    for_each = try(each.value.destination_arn_on_failure, null) != null ? [1] : []
    content {
      on_failure {
        destination_arn = each.value.destination_arn_on_failure
      }
    }
  }

  dynamic "scaling_config" {
    for_each = try([each.value.scaling_config], [])
    content {
      maximum_concurrency = try(scaling_config.value.maximum_concurrency, null)
    }
  }

  dynamic "filter_criteria" {
    for_each = try(each.value.filter_criteria, null) != null ? [1] : []
    content {
      dynamic "filter" {
        for_each = flatten([each.value.filter_criteria])
        content {
          pattern = try(filter.value.pattern, null)
        }
      }
    }
  }

  dynamic "self_managed_event_source" {
    for_each = try(each.value.self_managed_event_source, [])
    content {
      endpoints = self_managed_event_source.value.endpoints
    }
  }

  dynamic "source_access_configuration" {
    for_each = try(each.value.source_access_configuration, [])
    content {
      type = source_access_configuration.value.type
      uri  = source_access_configuration.value.uri
    }
  }
}

resource "aws_lambda_function_event_invoke_config" "current_version" {
  count         = local.create_function && var.create_async_event_config && var.create_current_version_async_event_config ? 1 : 0
  function_name = aws_lambda_function.this[0].function_name
  qualifier     = aws_lambda_function.this[0].version

  destination_config {
    dynamic "on_failure" {
      for_each = var.destination_on_failure != null ? [1] : []
      content {
        destination = var.destination_on_failure
      }
    }
    dynamic "on_success" {
      for_each = var.destination_on_success != null ? [1] : []
      content {
        destination = var.destination_on_success
      }
    }
  }
}

resource "aws_lambda_function_event_invoke_config" "unqualified_alias" {
  count         = local.create_function && var.create_async_event_config && var.create_unqualified_alias_async_event_config ? 1 : 0
  function_name = aws_lambda_function.this[0].function_name

  destination_config {
    dynamic "on_failure" {
      for_each = var.destination_on_failure != null ? [1] : []
      content {
        destination = var.destination_on_failure
      }
    }
    dynamic "on_success" {
      for_each = var.destination_on_success != null ? [1] : []
      content {
        destination = var.destination_on_success
      }
    }
  }
}

resource "aws_lambda_function_url" "this" {
  count              = local.create_function && var.create_lambda_function_url ? 1 : 0
  function_name      = aws_lambda_function.this[0].function_name
  qualifier          = var.create_unqualified_alias_lambda_function_url ? null : aws_lambda_function.this[0].version
  authorization_type = var.authorization_type

  dynamic "cors" {
    for_each = length(var.cors) > 0 ? [var.cors] : []
    content {
      allow_credentials = try(cors.value.allow_credentials, null)
      allow_headers     = try(cors.value.allow_headers, null)
      allow_methods     = try(cors.value.allow_methods, null)
      allow_origins     = try(cors.value.allow_origins, null)
    }
  }
}

# The role and what it may do.
data "aws_iam_policy_document" "assume_role" {
  count = local.create_role ? 1 : 0

  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = concat(["lambda.amazonaws.com"], var.lambda_at_edge ? ["edgelambda.amazonaws.com"] : [], [for entity in var.trusted_entities : tostring(entity) if can(tostring(entity))])
    }
    dynamic "principals" {
      for_each = [for entity in var.trusted_entities : entity if !can(tostring(entity))]
      content {
        type        = principals.value.type
        identifiers = principals.value.identifiers
      }
    }
  }

  dynamic "statement" {
    for_each = var.assume_role_policy_statements
    content {
      effect  = try(statement.value.effect, null)
      actions = try(statement.value.actions, null)
      dynamic "principals" {
        for_each = try(statement.value.principals, [])
        content {
          type        = principals.value.type
          identifiers = principals.value.identifiers
        }
      }
      dynamic "condition" {
        for_each = try(statement.value.condition, [])
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_iam_role" "lambda" {
  count                = local.create_role ? 1 : 0
  name                 = local.role_name
  path                 = var.role_path
  permissions_boundary = var.role_permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.assume_role[0].json
}

data "aws_iam_policy_document" "logs" {
  count = local.create_role && var.attach_cloudwatch_logs_policy ? 1 : 0
  statement {
    actions = concat(
      var.attach_create_log_group_permission && !var.use_existing_cloudwatch_log_group ? ["logs:CreateLogGroup"] : [],
      ["logs:CreateLogStream", "logs:PutLogEvents"]
    )
    resources = [
      var.use_existing_cloudwatch_log_group ? "${data.aws_cloudwatch_log_group.lambda[0].arn}:*" : "${aws_cloudwatch_log_group.lambda[0].arn}:*",
      var.use_existing_cloudwatch_log_group ? "${data.aws_cloudwatch_log_group.lambda[0].arn}:*:*" : "${aws_cloudwatch_log_group.lambda[0].arn}:*:*",
    ]
  }
}

resource "aws_iam_role_policy" "logs" {
  count  = local.create_role && var.attach_cloudwatch_logs_policy ? 1 : 0
  name   = "${local.policy_name}-logs"
  role   = aws_iam_role.lambda[0].name
  policy = data.aws_iam_policy_document.logs[0].json
}

data "aws_iam_policy_document" "dead_letter" {
  count = local.create_role && var.attach_dead_letter_policy ? 1 : 0
  statement {
    actions   = ["sns:Publish", "sqs:SendMessage"]
    resources = [var.dead_letter_target_arn]
  }
}

resource "aws_iam_role_policy" "dead_letter" {
  count  = local.create_role && var.attach_dead_letter_policy ? 1 : 0
  name   = "${local.policy_name}-dl"
  role   = aws_iam_role.lambda[0].name
  policy = data.aws_iam_policy_document.dead_letter[0].json
}

data "aws_iam_policy_document" "async" {
  count = local.create_role && var.attach_async_event_policy ? 1 : 0
  statement {
    actions   = ["sns:Publish", "sqs:SendMessage", "events:PutEvents", "lambda:InvokeFunction"]
    resources = [for arn in [var.destination_on_failure, var.destination_on_success] : arn if arn != null]
  }
}

resource "aws_iam_role_policy" "async" {
  count  = local.create_role && var.attach_async_event_policy ? 1 : 0
  name   = "${local.policy_name}-async"
  role   = aws_iam_role.lambda[0].name
  policy = data.aws_iam_policy_document.async[0].json
}

# The real module copies the text of these two managed policies into the role.
resource "aws_iam_role_policy_attachment" "vpc" {
  count      = local.create_role && var.attach_network_policy ? 1 : 0
  role       = aws_iam_role.lambda[0].name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaENIManagementAccess"
}

resource "aws_iam_role_policy_attachment" "tracing" {
  count      = local.create_role && var.attach_tracing_policy ? 1 : 0
  role       = aws_iam_role.lambda[0].name
  policy_arn = "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"
}

resource "aws_iam_role_policy" "additional_json" {
  count  = local.create_role && var.attach_policy_json ? 1 : 0
  name   = local.policy_name
  role   = aws_iam_role.lambda[0].name
  policy = var.policy_json
}

resource "aws_iam_role_policy" "additional_jsons" {
  count  = local.create_role && var.attach_policy_jsons ? var.number_of_policy_jsons : 0
  name   = "${local.policy_name}-${count.index}"
  role   = aws_iam_role.lambda[0].name
  policy = var.policy_jsons[count.index]
}

resource "aws_iam_role_policy_attachment" "additional_one" {
  count      = local.create_role && var.attach_policy ? 1 : 0
  role       = aws_iam_role.lambda[0].name
  policy_arn = var.policy
}

# As many as `number_of_policies` says, whatever the length of the list.
resource "aws_iam_role_policy_attachment" "additional_many" {
  count      = local.create_role && var.attach_policies ? var.number_of_policies : 0
  role       = aws_iam_role.lambda[0].name
  policy_arn = var.policies[count.index]
}

data "aws_iam_policy_document" "additional_inline" {
  count = local.create_role && var.attach_policy_statements ? 1 : 0

  dynamic "statement" {
    for_each = var.policy_statements
    content {
      sid           = try(statement.value.sid, null)
      effect        = try(statement.value.effect, null)
      actions       = try(statement.value.actions, null)
      not_actions   = try(statement.value.not_actions, null)
      resources     = try(statement.value.resources, null)
      not_resources = try(statement.value.not_resources, null)
      dynamic "condition" {
        for_each = try(statement.value.condition, [])
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_iam_role_policy" "additional_inline" {
  count  = local.create_role && var.attach_policy_statements ? 1 : 0
  name   = "${local.policy_name}-inline"
  role   = aws_iam_role.lambda[0].name
  policy = data.aws_iam_policy_document.additional_inline[0].json
}

output "lambda_function_arn" { value = try(aws_lambda_function.this[0].arn, "") }
output "lambda_function_arn_static" { value = try(aws_lambda_function.this[0].arn, "") }
output "lambda_function_name" { value = try(aws_lambda_function.this[0].function_name, "") }
output "lambda_function_invoke_arn" { value = try(aws_lambda_function.this[0].invoke_arn, "") }
output "lambda_function_qualified_arn" { value = try(aws_lambda_function.this[0].qualified_arn, "") }
output "lambda_function_qualified_invoke_arn" { value = try(aws_lambda_function.this[0].qualified_invoke_arn, "") }
output "lambda_function_version" { value = try(aws_lambda_function.this[0].version, "") }
output "lambda_function_kms_key_arn" { value = try(aws_lambda_function.this[0].kms_key_arn, "") }
output "lambda_function_url" { value = try(aws_lambda_function_url.this[0].function_url, "") }
output "lambda_function_url_id" { value = try(aws_lambda_function_url.this[0].url_id, "") }
output "lambda_layer_arn" { value = try(aws_lambda_layer_version.this[0].arn, "") }
output "lambda_layer_layer_arn" { value = try(aws_lambda_layer_version.this[0].layer_arn, "") }
output "lambda_layer_version" { value = try(aws_lambda_layer_version.this[0].version, "") }
output "lambda_event_source_mapping_uuid" { value = { for key, mapping in aws_lambda_event_source_mapping.this : key => mapping.uuid } }
output "lambda_role_arn" { value = try(aws_iam_role.lambda[0].arn, "") }
output "lambda_role_name" { value = try(aws_iam_role.lambda[0].name, "") }
output "lambda_role_unique_id" { value = try(aws_iam_role.lambda[0].unique_id, "") }
output "lambda_cloudwatch_log_group_arn" { value = try(aws_cloudwatch_log_group.lambda[0].arn, data.aws_cloudwatch_log_group.lambda[0].arn, "") }
output "lambda_cloudwatch_log_group_name" { value = try(aws_cloudwatch_log_group.lambda[0].name, data.aws_cloudwatch_log_group.lambda[0].name, "") }
output "local_filename" { value = var.local_existing_package != null ? var.local_existing_package : local.archive }
output "s3_object" {
  value = {
    bucket = var.s3_existing_package != null ? try(var.s3_existing_package.bucket, null) : var.s3_bucket
    key    = var.s3_existing_package != null ? try(var.s3_existing_package.key, null) : try(aws_s3_object.lambda_package[0].key, null)
  }
}
