variable "stage" {
  default = "test"
}

module "orders" {
  source  = "./modules/queue"
  name    = "orders-${var.stage}"
  timeout = 90
}

module "plain" {
  source = "./modules/queue"
  name   = "plain"
}

module "each" {
  source   = "./modules/queue"
  for_each = { red = 10, blue = 20 }
  name     = each.key
  timeout  = each.value
}

module "counted" {
  source = "./modules/queue"
  count  = 2
  name   = "counted-${count.index}"
  tags   = { Index = count.index }
}

module "pipeline" {
  source = "./modules/pipeline"
  stage  = var.stage
  steps  = ["fetch", "store"]
}

resource "aws_ssm_parameter" "timeout" {
  name  = "/orders/timeout"
  type  = "String"
  value = module.orders.timeout
}

output "seen" {
  value = {
    timeout       = module.orders.timeout
    default       = module.plain.timeout
    label         = module.orders.label
    each_labels   = { for name, queue in module.each : name => queue.label }
    counted       = module.counted[*].label
    one           = module.each["blue"].timeout
    steps         = module.pipeline.upper_steps
    first         = module.pipeline.labels[0]
    folder        = module.orders.folder
    nested_folder = module.pipeline.folder
    settings      = module.orders.settings.retention
  }
}
