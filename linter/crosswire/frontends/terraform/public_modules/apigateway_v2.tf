# What `terraform-aws-modules/apigateway-v2/aws` makes of its documented inputs, as far as it is wiring.
# Up to version 4 routes are written as `integrations`, and authorizers in one level; from version 5 as `routes`.
variable "create" { default = true }
variable "create_api_gateway" { default = true }
variable "create_routes_and_integrations" { default = true }
variable "create_stage" { default = true }
variable "create_default_stage" { default = true }
variable "name" { default = "" }
variable "protocol_type" { default = "HTTP" }
variable "body" { default = null }
variable "route_key" { default = null }
variable "route_selection_expression" { default = null }
variable "target" { default = null }
variable "credentials_arn" { default = null }
variable "cors_configuration" { default = null }
variable "stage_name" { default = "$default" }
variable "stage_variables" { default = {} }
variable "deploy_stage" { default = true }
variable "authorizers" { default = {} }
variable "integrations" { default = {} }
variable "routes" { default = {} }

locals {
  create_api    = var.create && var.create_api_gateway
  create_routes = var.create && var.create_routes_and_integrations
  routes        = merge(var.integrations, var.routes)
  stage         = local.create_api && var.create_stage && var.create_default_stage
}

resource "aws_apigatewayv2_api" "this" {
  count                      = local.create_api ? 1 : 0
  name                       = var.name
  protocol_type              = var.protocol_type
  body                       = var.body
  route_key                  = var.route_key
  route_selection_expression = var.route_selection_expression
  target                     = var.target
  credentials_arn            = var.credentials_arn

  dynamic "cors_configuration" {
    for_each = [for cors in [var.cors_configuration] : cors if try(length(cors), 0) > 0]
    content {
      allow_credentials = try(cors_configuration.value.allow_credentials, null)
      allow_headers     = try(cors_configuration.value.allow_headers, null)
      allow_methods     = try(cors_configuration.value.allow_methods, null)
      allow_origins     = try(cors_configuration.value.allow_origins, null)
      expose_headers    = try(cors_configuration.value.expose_headers, null)
      max_age           = try(cors_configuration.value.max_age, null)
    }
  }
}

resource "aws_apigatewayv2_authorizer" "this" {
  for_each                          = { for key, authorizer in var.authorizers : key => authorizer if local.create_api }
  api_id                            = aws_apigatewayv2_api.this[0].id
  name                              = try(each.value.name, each.key)
  authorizer_type                   = try(each.value.authorizer_type, "REQUEST")
  authorizer_uri                    = try(each.value.authorizer_uri, null)
  authorizer_credentials_arn        = try(each.value.authorizer_credentials_arn, null)
  authorizer_payload_format_version = try(each.value.authorizer_payload_format_version, null)
  enable_simple_responses           = try(each.value.enable_simple_responses, null)
  identity_sources                  = try(flatten([each.value.identity_sources]), null)

  dynamic "jwt_configuration" {
    for_each = can(each.value.jwt_configuration) || can(each.value.issuer) ? [1] : []
    content {
      audience = try(each.value.jwt_configuration.audience, each.value.audience, null)
      issuer   = try(each.value.jwt_configuration.issuer, each.value.issuer, null)
    }
  }
}

resource "aws_apigatewayv2_route" "this" {
  for_each             = { for key, route in local.routes : key => route if local.create_routes }
  api_id               = aws_apigatewayv2_api.this[0].id
  route_key            = each.key
  api_key_required     = try(each.value.api_key_required, null)
  authorization_scopes = try(flatten([for scopes in flatten([each.value.authorization_scopes]) : split(",", scopes)]), null)
  authorization_type   = try(each.value.authorization_type, null)
  authorizer_id        = try(aws_apigatewayv2_authorizer.this[each.value.authorizer_key].id, each.value.authorizer_id, null)
  operation_name       = try(each.value.operation_name, null)
  target               = "integrations/${aws_apigatewayv2_integration.this[each.key].id}"
}

resource "aws_apigatewayv2_integration" "this" {
  for_each               = { for key, route in local.routes : key => route if local.create_routes }
  api_id                 = aws_apigatewayv2_api.this[0].id
  integration_type       = try(each.value.integration.type, each.value.integration_type, "AWS_PROXY")
  integration_subtype    = try(each.value.integration.subtype, each.value.integration_subtype, null)
  integration_method     = try(each.value.integration.method, each.value.integration_method, null)
  integration_uri        = try(each.value.integration.uri, each.value.lambda_arn, each.value.integration_uri, null)
  connection_type        = try(each.value.integration.connection_type, each.value.connection_type, null)
  credentials_arn        = try(each.value.integration.credentials_arn, each.value.credentials_arn, null)
  payload_format_version = try(each.value.integration.payload_format_version, each.value.payload_format_version, null)
  request_parameters     = try(each.value.integration.request_parameters, jsondecode(each.value.request_parameters), each.value.request_parameters, null)
  request_templates      = try(each.value.integration.request_templates, null)
  timeout_milliseconds   = try(each.value.integration.timeout_milliseconds, each.value.timeout_milliseconds, null)
}

resource "aws_apigatewayv2_stage" "this" {
  count           = local.stage ? 1 : 0
  api_id          = aws_apigatewayv2_api.this[0].id
  name            = var.stage_name
  auto_deploy     = var.protocol_type == "HTTP" ? true : null
  deployment_id   = var.protocol_type == "HTTP" ? null : try(aws_apigatewayv2_deployment.this[0].id, null)
  stage_variables = var.stage_variables
}

resource "aws_apigatewayv2_deployment" "this" {
  count  = local.stage && var.deploy_stage && var.protocol_type != "HTTP" ? 1 : 0
  api_id = aws_apigatewayv2_api.this[0].id
}

output "api_id" { value = try(aws_apigatewayv2_api.this[0].id, null) }
output "api_endpoint" { value = try(aws_apigatewayv2_api.this[0].api_endpoint, null) }
output "api_arn" { value = try(aws_apigatewayv2_api.this[0].arn, null) }
output "api_execution_arn" { value = try(aws_apigatewayv2_api.this[0].execution_arn, null) }
output "authorizers" { value = aws_apigatewayv2_authorizer.this }
output "integrations" { value = aws_apigatewayv2_integration.this }
output "routes" { value = aws_apigatewayv2_route.this }
output "stage_id" { value = try(aws_apigatewayv2_stage.this[0].id, null) }
output "stage_arn" { value = try(aws_apigatewayv2_stage.this[0].arn, null) }
output "stage_execution_arn" { value = try(aws_apigatewayv2_stage.this[0].execution_arn, null) }
output "stage_invoke_url" { value = try(aws_apigatewayv2_stage.this[0].invoke_url, null) }
output "apigatewayv2_api_id" { value = try(aws_apigatewayv2_api.this[0].id, "") }
output "apigatewayv2_api_api_endpoint" { value = try(aws_apigatewayv2_api.this[0].api_endpoint, "") }
output "apigatewayv2_api_arn" { value = try(aws_apigatewayv2_api.this[0].arn, "") }
output "apigatewayv2_api_execution_arn" { value = try(aws_apigatewayv2_api.this[0].execution_arn, "") }
output "apigatewayv2_authorizer_id" { value = { for key, authorizer in aws_apigatewayv2_authorizer.this : key => authorizer.id } }
output "default_apigatewayv2_stage_id" { value = try(aws_apigatewayv2_stage.this[0].id, "") }
output "default_apigatewayv2_stage_arn" { value = try(aws_apigatewayv2_stage.this[0].arn, "") }
output "default_apigatewayv2_stage_execution_arn" { value = try(aws_apigatewayv2_stage.this[0].execution_arn, "") }
output "default_apigatewayv2_stage_invoke_url" { value = try(aws_apigatewayv2_stage.this[0].invoke_url, "") }
