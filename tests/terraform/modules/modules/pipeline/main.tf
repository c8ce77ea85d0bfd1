variable "stage" {}

variable "steps" {
  type = list(string)
}

module "queue" {
  source   = "../queue"
  for_each = toset(var.steps)
  name     = "${var.stage}-${each.value}"
  tags     = { Step = each.value }
}

resource "aws_cloudwatch_event_rule" "steps" {
  count         = length(var.steps)
  name          = "${var.stage}-${var.steps[count.index]}"
  event_pattern = jsonencode({ source = ["pipeline"], detail = { step = [var.steps[count.index]], after = slice(var.steps, 0, count.index) } })
}

output "upper_steps" {
  value = [for step in var.steps : upper(step)]
}

output "labels" {
  value = [for step in var.steps : module.queue[step].label]
}

output "folder" {
  value = basename(path.module)
}
