# What `terraform-aws-modules/lambda/aws//modules/alias` makes of its documented inputs, as far as it is wiring.
variable "create" { default = true }
variable "use_existing_alias" { default = false }
variable "refresh_alias" { default = true }
variable "name" { default = "" }
variable "function_name" { default = "" }
variable "function_version" { default = "" }
variable "create_version_allowed_triggers" { default = true }
variable "create_qualified_alias_allowed_triggers" { default = true }
variable "allowed_triggers" { default = {} }
variable "event_source_mapping" { default = {} }
variable "create_async_event_config" { default = false }
variable "create_version_async_event_config" { default = true }
variable "create_qualified_alias_async_event_config" { default = true }
variable "destination_on_failure" { default = null }
variable "destination_on_success" { default = null }

locals {
  version = var.function_version != "" ? var.function_version : "$LATEST"
}

data "aws_lambda_alias" "existing" {
  count         = var.create && var.use_existing_alias ? 1 : 0
  function_name = var.function_name
  name          = var.name
}

resource "aws_lambda_alias" "this" {
  count            = var.create && !var.use_existing_alias ? 1 : 0
  name             = var.name
  function_name    = var.function_name
  function_version = local.version
}

resource "aws_lambda_permission" "version_triggers" {
  for_each           = { for key, trigger in var.allowed_triggers : key => trigger if var.create && var.create_version_allowed_triggers }
  function_name      = var.function_name
  qualifier          = local.version != "$LATEST" ? local.version : null
  action             = try(each.value.action, "lambda:InvokeFunction")
  principal          = try(each.value.principal, "${each.value.service}.amazonaws.com")
  source_arn         = try(each.value.source_arn, null)
  source_account     = try(each.value.source_account, null)
  event_source_token = try(each.value.event_source_token, null)
}

resource "aws_lambda_permission" "qualified_alias_triggers" {
  for_each           = { for key, trigger in var.allowed_triggers : key => trigger if var.create && var.create_qualified_alias_allowed_triggers }
  function_name      = var.function_name
  qualifier          = var.name
  action             = try(each.value.action, "lambda:InvokeFunction")
  principal          = try(each.value.principal, "${each.value.service}.amazonaws.com")
  source_arn         = try(each.value.source_arn, null)
  source_account     = try(each.value.source_account, null)
  event_source_token = try(each.value.event_source_token, null)
}

resource "aws_lambda_event_source_mapping" "this" {
  for_each                           = { for key, mapping in var.event_source_mapping : key => mapping if var.create }
  function_name                      = try(aws_lambda_alias.this[0].arn, data.aws_lambda_alias.existing[0].arn)
  event_source_arn                   = try(each.value.event_source_arn, null)
  enabled                            = try(each.value.enabled, null)
  batch_size                         = try(each.value.batch_size, null)
  maximum_batching_window_in_seconds = try(each.value.maximum_batching_window_in_seconds, null)
  function_response_types            = try(each.value.function_response_types, null)
  starting_position                  = try(each.value.starting_position, null)

  dynamic "destination_config" {
    for_each = try(each.value.destination_arn_on_failure, null) != null ? [1] : []
    content {
      on_failure {
        destination_arn = each.value.destination_arn_on_failure
      }
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
}

resource "aws_lambda_function_event_invoke_config" "qualified_alias" {
  count         = var.create && var.create_async_event_config && var.create_qualified_alias_async_event_config ? 1 : 0
  function_name = var.function_name
  qualifier     = var.name

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

output "lambda_alias_name" { value = var.name }
output "lambda_alias_arn" { value = try(aws_lambda_alias.this[0].arn, data.aws_lambda_alias.existing[0].arn, "") }
output "lambda_alias_invoke_arn" { value = try(aws_lambda_alias.this[0].invoke_arn, data.aws_lambda_alias.existing[0].invoke_arn, "") }
output "lambda_alias_function_version" { value = try(aws_lambda_alias.this[0].function_version, data.aws_lambda_alias.existing[0].function_version, "") }
