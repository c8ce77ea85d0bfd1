variable "name" {
  type = string
}

variable "timeout" {
  type    = number
  default = 30
}

variable "tags" {
  type    = map(string)
  default = {}
}

locals {
  label = "queue:${var.name}"
}

resource "aws_sqs_queue" "this" {
  name                       = var.name
  visibility_timeout_seconds = var.timeout
  message_retention_seconds  = var.timeout * 100
  tags                       = merge({ Label = local.label }, var.tags)
}

output "timeout" {
  value = var.timeout
}

output "label" {
  value = local.label
}

output "folder" {
  value = basename(path.module)
}

output "settings" {
  value = { retention = aws_sqs_queue.this.message_retention_seconds }
}
