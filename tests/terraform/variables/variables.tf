variable "stage" {
  type    = string
  default = "dev"
}

variable "memory" {
  type    = number
  default = 128
}

variable "tracing" {
  type    = bool
  default = false
}

variable "prefix" {
  default = "shop"
}

variable "from_tfvars" {
  type    = string
  default = "default"
}

variable "from_auto" {
  type = list(string)
}

variable "overridden_twice" {
  type    = string
  default = "default"
}

variable "settings" {
  type = object({
    retention = optional(number, 14)
    name      = string
    nested    = optional(object({ on = optional(bool, true), level = optional(string, "INFO") }), {})
  })
  default = { name = "logs" }
}

variable "functions" {
  type = map(object({
    handler = string
    memory  = optional(number, 256)
    tags    = optional(map(string), {})
  }))
  default = {
    create = { handler = "create.handler" }
    list   = { handler = "list.handler", memory = 512, tags = { team = "a" } }
  }
}

variable "converted" {
  type    = list(string)
  default = [1, 2, true]
}

variable "unset" {
  type    = string
  default = null
}
