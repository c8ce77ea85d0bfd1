locals {
  queues = {
    orders   = { timeout = 30, fifo = false }
    invoices = { timeout = 60, fifo = true }
  }
  enabled  = true
  disabled = false
}

resource "aws_sqs_queue" "each" {
  for_each                   = local.queues
  name                       = each.value.fifo ? "${each.key}.fifo" : each.key
  fifo_queue                 = each.value.fifo
  visibility_timeout_seconds = each.value.timeout
}

resource "aws_sqs_queue" "counted" {
  count = 3
  name  = "worker-${count.index}"

  delay_seconds = count.index * 10
}

resource "aws_sqs_queue" "there" {
  count = local.enabled ? 1 : 0
  name  = "there"
}

resource "aws_sqs_queue" "not_there" {
  count = local.disabled ? 1 : 0
  name  = "not-there"
}

resource "aws_sns_topic" "of_set" {
  for_each = toset(["created", "deleted"])
  name     = "order-${each.value}"
  display_name = each.key
}

resource "aws_sns_topic" "filtered" {
  for_each = { for name, queue in local.queues : name => queue if queue.fifo }
  name     = "${each.key}-topic"
}

resource "aws_dynamodb_table" "tables" {
  for_each = {
    a = { key = "id", type = "S" }
    b = { key = "at", type = "N" }
  }
  name         = "table-${each.key}"
  hash_key     = each.value.key
  billing_mode = "PAY_PER_REQUEST"
  attribute {
    name = each.value.key
    type = each.value.type
  }
  tags = { Key = each.key, Upper = upper(each.key) }
}

resource "aws_ssm_parameter" "names" {
  for_each = aws_dynamodb_table.tables
  name     = "/tables/${each.key}"
  type     = "String"
  value    = each.value.hash_key
}

resource "aws_ssm_parameter" "static" {
  count = length(keys(local.queues))
  name  = "/queues/${keys(local.queues)[count.index]}"
  type  = "String"
  value = values(local.queues)[count.index].timeout
}

output "seen" {
  value = {
    each_names    = [for name, queue in aws_sqs_queue.each : "${name}:${queue.visibility_timeout_seconds}"]
    counted_delay = aws_sqs_queue.counted[*].delay_seconds
    one           = aws_sqs_queue.counted[1].delay_seconds
    there         = length(aws_sqs_queue.there)
    not_there     = length(aws_sqs_queue.not_there)
    try_there     = try(aws_sqs_queue.there[0].name, "none")
    try_not       = try(aws_sqs_queue.not_there[0].delay_seconds, "none")
    set_keys      = keys(aws_sns_topic.of_set)
    fifo          = aws_sqs_queue.each["invoices"].fifo_queue
    hash_key      = aws_dynamodb_table.tables["b"].hash_key
  }
}
