# What `terraform-aws-modules/eventbridge/aws` makes of its documented inputs, as far as it is wiring.
variable "create" { default = true }
variable "create_bus" { default = true }
variable "create_rules" { default = true }
variable "create_targets" { default = true }
variable "create_permissions" { default = true }
variable "create_archives" { default = false }
variable "create_schedule_groups" { default = true }
variable "create_schedules" { default = true }
variable "create_pipes" { default = true }
variable "create_role" { default = true }
variable "append_rule_postfix" { default = true }
variable "append_schedule_postfix" { default = true }
variable "append_pipe_postfix" { default = true }
variable "bus_name" { default = "default" }
variable "kms_key_identifier" { default = null }
variable "rules" { default = {} }
variable "targets" { default = {} }
variable "archives" { default = {} }
variable "schedule_groups" { default = {} }
variable "schedules" { default = {} }
variable "pipes" { default = {} }
variable "role_name" { default = null }
variable "role_path" { default = null }
variable "role_permissions_boundary" { default = null }
variable "trusted_entities" { default = [] }
variable "attach_kinesis_policy" { default = false }
variable "kinesis_target_arns" { default = [] }
variable "attach_sqs_policy" { default = false }
variable "sqs_target_arns" { default = [] }
variable "attach_sns_policy" { default = false }
variable "sns_target_arns" { default = [] }
variable "sns_kms_arns" { default = ["*"] }
variable "attach_kinesis_firehose_policy" { default = false }
variable "kinesis_firehose_target_arns" { default = [] }
variable "attach_cloudwatch_policy" { default = false }
variable "cloudwatch_target_arns" { default = [] }
variable "attach_ecs_policy" { default = false }
variable "ecs_target_arns" { default = [] }
variable "ecs_pass_role_resources" { default = [] }
variable "attach_lambda_policy" { default = false }
variable "lambda_target_arns" { default = [] }
variable "attach_sfn_policy" { default = false }
variable "sfn_target_arns" { default = [] }
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
  create_role = var.create && var.create_role
  role_name   = var.role_name != null ? var.role_name : var.bus_name
  bus_name    = var.create && var.create_bus ? aws_cloudwatch_event_bus.this[0].name : var.bus_name
  rule_names  = { for key in keys(var.rules) : key => var.append_rule_postfix ? "${replace(key, "_", "-")}-rule" : key }
  targets     = flatten([for rule in keys(var.rules) : [for target in lookup(var.targets, rule, []) : merge(target, { rule = rule })]])
  services = concat(
    var.attach_kinesis_policy ? [{ actions = ["kinesis:PutRecord"], resources = var.kinesis_target_arns }] : [],
    var.attach_sqs_policy ? [{ actions = ["sqs:SendMessage*", "kms:Decrypt", "kms:GenerateDataKey"], resources = var.sqs_target_arns }] : [],
    var.attach_sns_policy ? [{ actions = ["sns:Publish"], resources = var.sns_target_arns }] : [],
    var.attach_sns_policy ? [{ actions = ["kms:Decrypt", "kms:GenerateDataKey"], resources = var.sns_kms_arns }] : [],
    var.attach_kinesis_firehose_policy ? [{ actions = ["firehose:PutRecord"], resources = var.kinesis_firehose_target_arns }] : [],
    var.attach_lambda_policy ? [{ actions = ["lambda:InvokeFunction"], resources = var.lambda_target_arns }] : [],
    var.attach_cloudwatch_policy ? [{ actions = ["logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:PutLogEvents"], resources = var.cloudwatch_target_arns }] : [],
    var.attach_ecs_policy ? [{ actions = ["ecs:RunTask", "ecs:TagResource"], resources = [for arn in var.ecs_target_arns : replace(arn, "/:\\d+$/", ":*")] }] : [],
    var.attach_ecs_policy ? [{ actions = ["iam:PassRole"], resources = coalescelist(var.ecs_pass_role_resources, ["*"]) }] : [],
    var.attach_sfn_policy ? [{ actions = ["states:StartExecution"], resources = var.sfn_target_arns }] : [],
  )
}

resource "aws_cloudwatch_event_bus" "this" {
  count              = var.create && var.create_bus ? 1 : 0
  name               = var.bus_name
  kms_key_identifier = var.kms_key_identifier
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each            = { for key, rule in var.rules : key => rule if var.create && var.create_rules }
  name                = local.rule_names[each.key]
  event_bus_name      = local.bus_name
  event_pattern       = try(each.value.event_pattern, null)
  schedule_expression = try(each.value.schedule_expression, null)
  state               = try(each.value.enabled ? "ENABLED" : "DISABLED", tobool(each.value.state) ? "ENABLED" : "DISABLED", upper(each.value.state), null)
}

resource "aws_cloudwatch_event_target" "this" {
  for_each       = { for target in local.targets : target.name => target if var.create && var.create_targets }
  rule           = try(aws_cloudwatch_event_rule.this[each.value.rule].name, local.rule_names[each.value.rule])
  event_bus_name = local.bus_name
  target_id      = try(each.value.target_id, null)
  arn            = try(each.value.arn, null)
  role_arn       = try(each.value.attach_role_arn, null) == true ? aws_iam_role.eventbridge[0].arn : try(tostring(each.value.attach_role_arn), null)
  input          = try(each.value.input, null)
  input_path     = try(each.value.input_path, null)

  dynamic "input_transformer" {
    for_each = try([each.value.input_transformer], [])
    content {
      input_paths    = try(input_transformer.value.input_paths, null)
      input_template = chomp(input_transformer.value.input_template)
    }
  }

  dynamic "sqs_target" {
    for_each = try([each.value.message_group_id], [])
    content {
      message_group_id = sqs_target.value
    }
  }

  dynamic "dead_letter_config" {
    for_each = try([each.value.dead_letter_arn], [])
    content {
      arn = dead_letter_config.value
    }
  }
}

resource "aws_cloudwatch_event_archive" "this" {
  for_each         = { for key, archive in var.archives : key => archive if var.create && var.create_archives }
  name             = try(each.value.name, each.key)
  event_source_arn = try(each.value.event_source_arn, aws_cloudwatch_event_bus.this[0].arn, null)
}

resource "aws_scheduler_schedule_group" "this" {
  for_each = { for key, group in var.schedule_groups : key => group if var.create && var.create_schedule_groups }
  name     = try(each.value.name, each.key)
}

resource "aws_scheduler_schedule" "this" {
  for_each                     = { for key, schedule in var.schedules : key => schedule if var.create && var.create_schedules }
  name                         = var.append_schedule_postfix ? "${replace(each.key, "_", "-")}-schedule" : each.key
  group_name                   = try(aws_scheduler_schedule_group.this[each.value.group_name].id, each.value.group_name, null)
  schedule_expression          = each.value.schedule_expression
  schedule_expression_timezone = try(each.value.timezone, null)
  state                        = try(each.value.state, true) ? "ENABLED" : "DISABLED"

  flexible_time_window {
    mode                      = try(each.value.use_flexible_time_window, false) ? "FLEXIBLE" : "OFF"
    maximum_window_in_minutes = try(each.value.maximum_window_in_minutes, null)
  }

  target {
    arn      = each.value.arn
    role_arn = try(tostring(each.value.role_arn), aws_iam_role.eventbridge[0].arn)
    input    = try(each.value.input, null)

    dynamic "dead_letter_config" {
      for_each = try([each.value.dead_letter_arn], [])
      content {
        arn = dead_letter_config.value
      }
    }
  }
}

# The role that the real module makes for a pipe is told by what the pipe connects: not known here.
resource "aws_pipes_pipe" "this" {
  for_each   = { for key, pipe in var.pipes : key => pipe if var.create && var.create_pipes }
  name       = var.append_pipe_postfix ? "${replace(each.key, "_", "-")}-pipe" : each.key
  source     = each.value.source
  target     = each.value.target
  enrichment = try(each.value.enrichment, null)
  role_arn   = try(each.value.role_arn, null)
}

data "aws_iam_policy_document" "assume_role" {
  count = local.create_role ? 1 : 0
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = concat(["events.amazonaws.com"], var.trusted_entities, length(var.schedules) > 0 && var.create_schedules ? ["scheduler.amazonaws.com"] : [])
    }
  }
}

resource "aws_iam_role" "eventbridge" {
  count                = local.create_role ? 1 : 0
  name                 = local.role_name
  path                 = var.role_path
  permissions_boundary = var.role_permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.assume_role[0].json
}

data "aws_iam_policy_document" "services" {
  count = local.create_role && length(local.services) > 0 ? 1 : 0
  dynamic "statement" {
    for_each = local.services
    content {
      actions   = statement.value.actions
      resources = statement.value.resources
    }
  }
}

resource "aws_iam_role_policy" "services" {
  count  = local.create_role && length(local.services) > 0 ? 1 : 0
  name   = "${local.role_name}-services"
  role   = aws_iam_role.eventbridge[0].name
  policy = data.aws_iam_policy_document.services[0].json
}

resource "aws_iam_role_policy" "additional_json" {
  count  = local.create_role && var.attach_policy_json ? 1 : 0
  name   = local.role_name
  role   = aws_iam_role.eventbridge[0].name
  policy = var.policy_json
}

resource "aws_iam_role_policy" "additional_jsons" {
  count  = local.create_role && var.attach_policy_jsons ? var.number_of_policy_jsons : 0
  name   = "${local.role_name}-${count.index}"
  role   = aws_iam_role.eventbridge[0].name
  policy = var.policy_jsons[count.index]
}

resource "aws_iam_role_policy_attachment" "additional_one" {
  count      = local.create_role && var.attach_policy ? 1 : 0
  role       = aws_iam_role.eventbridge[0].name
  policy_arn = var.policy
}

resource "aws_iam_role_policy_attachment" "additional_many" {
  count      = local.create_role && var.attach_policies ? var.number_of_policies : 0
  role       = aws_iam_role.eventbridge[0].name
  policy_arn = var.policies[count.index]
}

data "aws_iam_policy_document" "additional_inline" {
  count = local.create_role && var.attach_policy_statements ? 1 : 0
  dynamic "statement" {
    for_each = var.policy_statements
    content {
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
  name   = "${local.role_name}-inline"
  role   = aws_iam_role.eventbridge[0].name
  policy = data.aws_iam_policy_document.additional_inline[0].json
}

output "eventbridge_bus_name" { value = var.bus_name }
output "eventbridge_bus_arn" { value = try(aws_cloudwatch_event_bus.this[0].arn, "") }
output "eventbridge_rule_ids" { value = { for key, rule in aws_cloudwatch_event_rule.this : key => rule.id } }
output "eventbridge_rule_arns" { value = { for key, rule in aws_cloudwatch_event_rule.this : key => rule.arn } }
output "eventbridge_schedule_ids" { value = { for key, schedule in aws_scheduler_schedule.this : key => schedule.id } }
output "eventbridge_schedule_arns" { value = { for key, schedule in aws_scheduler_schedule.this : key => schedule.arn } }
output "eventbridge_schedule_group_arns" { value = { for key, group in aws_scheduler_schedule_group.this : key => group.arn } }
output "eventbridge_archive_arns" { value = { for key, archive in aws_cloudwatch_event_archive.this : key => archive.arn } }
output "eventbridge_pipe_arns" { value = { for key, pipe in aws_pipes_pipe.this : key => pipe.arn } }
output "eventbridge_rules" { value = aws_cloudwatch_event_rule.this }
output "eventbridge_targets" { value = aws_cloudwatch_event_target.this }
output "eventbridge_role_arn" { value = try(aws_iam_role.eventbridge[0].arn, "") }
output "eventbridge_role_name" { value = try(aws_iam_role.eventbridge[0].name, "") }
