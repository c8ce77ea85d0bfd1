variable "names" {
  type    = list(string)
  default = ["ada", "grace"]
}

locals {
  enabled = true
  region  = "eu-west-1"
  account = "123456789012"
}

output "interpolations" {
  value = {
    plain       = "region ${local.region}"
    two         = "${local.region}/${local.account}"
    only        = "${local.region}"
    nested      = "arn:aws:sns:${local.region}:${local.account}:${"topic-${local.enabled ? "on" : "off"}"}"
    call        = "${upper(local.region)}!"
    condition   = "${local.enabled ? "yes" : "no"}"
    arithmetic  = "sum ${1 + 2}"
    list_item   = "${var.names[1]}"
    object      = "${{ a = "inner" }.a}"
    for_joined  = "${join(",", [for n in var.names : title(n)])}"
    with_braces = "{\"a\": \"${local.region}\"}"
  }
}

output "directives" {
  value = {
    if_true  = "%{if local.enabled}on%{else}off%{endif}"
    if_false = "%{if !local.enabled}on%{else}off%{endif}"
    if_only  = "x%{if local.enabled}y%{endif}z"
    for      = "%{for n in var.names}${n};%{endfor}"
    for_key  = "%{for i, n in var.names}${i}=${n} %{endfor}"
    stripped = "%{for n in var.names~} ${n} %{~endfor}"
  }
}

output "heredocs" {
  value = {
    plain    = <<EOT
first
  second
EOT
    indented = <<-EOT
      first
        second ${local.region}
      third
    EOT
    loop     = <<-EOT
      %{for n in var.names~}
      - ${n}
      %{endfor~}
      end
    EOT
    choice   = <<-EOT
      start
      %{if local.enabled}
      enabled
      %{else}
      disabled
      %{endif}
      stop
    EOT
    escaped  = <<-EOT
      $${kept} and %%{kept} and "quoted" and \n
    EOT
    stripped = <<-EOT
      a ${~ "b" ~} c
    EOT
    policy   = <<POLICY
{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::${local.account}-*"}]
}
POLICY
  }
}

output "files" {
  value = {
    simple    = templatefile("${path.module}/files/simple.tftpl", { name = "World", count = 3 })
    listed    = templatefile("${path.module}/files/listed.tftpl", { ports = [80, 443], host = "example.org" })
    json      = jsondecode(templatefile("${path.module}/files/policy.json.tftpl", { actions = ["a:B", "c:D"] })).Action[1]
    file_json = jsondecode(file("${path.module}/files/plain.json")).key
  }
}
