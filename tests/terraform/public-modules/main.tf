module "table" {
  source = "terraform-aws-modules/dynamodb-table/aws"
  name = "orders"
  hash_key = "id"
  attributes = [{ name = "id", type = "S" }, { name = "c", type = "S" }]
  global_secondary_indexes = [{ name = "byC", hash_key = "c", projection_type = "ALL" }]
  ttl_enabled = true
  ttl_attribute_name = "exp"
}
module "fn" {
  source = "terraform-aws-modules/lambda/aws"
  function_name = "fn"
  handler = "app.handler"
  runtime = "python3.12"
  source_path = "${path.module}/src"
  environment_variables = { TABLE = module.table.dynamodb_table_id }
  attach_policy_statements = true
  policy_statements = { ddb = { effect = "Allow", actions = ["dynamodb:PutItem"], resources = [module.table.dynamodb_table_arn] } }
  attach_policies = true
  number_of_policies = 2
  policies = ["arn:aws:iam::aws:policy/A", "arn:aws:iam::aws:policy/B"]
  attach_tracing_policy = true
  allowed_triggers = {
    api = { service = "apigateway", source_arn = "${module.api.api_execution_arn}/*/*" }
    ev = { principal = "events.amazonaws.com", source_arn = module.ev.eventbridge_rule_arns["tick"] }
  }
  event_source_mapping = { q = { event_source_arn = module.q.queue_arn, batch_size = 5, function_response_types = ["ReportBatchItemFailures"], filter_criteria = { pattern = "{}" }, scaling_config = { maximum_concurrency = 4 } } }
  dead_letter_target_arn = module.q.dead_letter_queue_arn
}
module "fn2" {
  source = "terraform-aws-modules/lambda/aws"
  function_name = "fn2"
  handler = "app.handler"
  source_path = [{ path = "${path.module}/src/app.py", pip_requirements = false }]
  create_role = false
  lambda_role = "arn:aws:iam::1:role/x"
}
module "fn3" {
  source = "terraform-aws-modules/lambda/aws"
  function_name = "fn3"
  create_package = false
  s3_existing_package = { bucket = "b", key = "k" }
  allowed_triggers = { a = { service = "s3" } }
  create_current_version_allowed_triggers = false
  trusted_entities = ["scheduler.amazonaws.com", { type = "AWS", identifiers = ["arn:aws:iam::1:root"] }]
}
module "q" {
  source = "terraform-aws-modules/sqs/aws"
  name = "jobs"
  create_dlq = true
  redrive_policy = { maxReceiveCount = 3 }
  create_queue_policy = true
  queue_policy_statements = { sns = { actions = ["sqs:SendMessage"], principals = [{ type = "Service", identifiers = ["sns.amazonaws.com"] }], conditions = [{ test = "ArnEquals", variable = "aws:SourceArn", values = ["x"] }] } }
}
module "q3" {
  source = "terraform-aws-modules/sqs/aws"
  name = "old.fifo"
  fifo_queue = true
  redrive_policy = jsonencode({ deadLetterTargetArn = "arn:x", maxReceiveCount = 4 })
}
module "q4" {
  source = "terraform-aws-modules/sqs/aws"
  name = "plain"
}
module "api" {
  source = "registry.terraform.io/terraform-aws-modules/apigateway-v2/aws"
  name = "http"
  cors_configuration = { allow_origins = ["*"] }
  authorizers = { jwt = { authorizer_type = "JWT", identity_sources = ["$request.header.Authorization"], jwt_configuration = { audience = ["a"], issuer = "https://i" } } }
  routes = {
    "GET /x" = { authorizer_key = "jwt", authorization_type = "JWT", authorization_scopes = ["s"], integration = { uri = "arn:fn", payload_format_version = "2.0" } }
    "$default" = { integration = { uri = "arn:fn2" } }
  }
}
module "api_old" {
  source = "registry.terraform.io/terraform-aws-modules/apigateway-v2/aws"
  name = "old"
  authorizers = { cog = { authorizer_type = "JWT", identity_sources = "$request.header.Authorization", audience = ["b"], issuer = "https://o", name = "cog" } }
  integrations = {
    "POST /y" = { lambda_arn = "arn:fn3", authorizer_key = "cog", authorization_scopes = "a,b" }
    "GET /queue" = { integration_subtype = "SQS-SendMessage", request_parameters = { QueueUrl = "https://q", MessageBody = "$request.body" } }
    "GET /sf" = { integration_subtype = "StepFunctions-StartExecution", credentials_arn = "arn:r", request_parameters = jsonencode({ Input = "x" }) }
  }
}
module "ev" {
  source = "terraform-aws-modules/eventbridge/aws"
  bus_name = "shop"
  rules = { order_placed = { event_pattern = jsonencode({ source = ["shop"] }), enabled = true }, tick = { schedule_expression = "rate(1 day)" } }
  targets = { order_placed = [{ name = "fn", arn = "arn:fn" }, { name = "sf", arn = "arn:sf", attach_role_arn = true, dead_letter_arn = "arn:dlq" }] }
  schedules = { nightly = { schedule_expression = "cron(0 1 * * ? *)", arn = "arn:fn", input = "{}" } }
  attach_lambda_policy = true
  lambda_target_arns = ["arn:fn"]
}
module "b" {
  source = "terraform-aws-modules/s3-bucket/aws"
  bucket = "up"
  cors_rule = [{ allowed_methods = ["PUT"], allowed_origins = ["*"] }]
  server_side_encryption_configuration = { rule = { apply_server_side_encryption_by_default = { kms_master_key_id = "key", sse_algorithm = "aws:kms" } } }
}
module "bn" {
  source = "terraform-aws-modules/s3-bucket/aws//modules/notification"
  bucket = module.b.s3_bucket_id
  bucket_arn = module.b.s3_bucket_arn
  lambda_notifications = { l1 = { function_arn = module.fn.lambda_function_arn, function_name = module.fn.lambda_function_name, events = ["s3:ObjectCreated:*"], filter_prefix = "in/" } }
  sqs_notifications = { q1 = { queue_arn = module.q.queue_arn, events = ["s3:ObjectRemoved:*"] } }
}
module "t" {
  source = "git::https://github.com/terraform-aws-modules/terraform-aws-sns.git?ref=v6.1.0"
  name = "topic"
  subscriptions = { sqs = { protocol = "sqs", endpoint = "arn:q" } }
}
module "role" {
  source = "terraform-aws-modules/iam/aws//modules/iam-role"
  name = "r"
  use_name_prefix = false
  trust_policy_permissions = { l = { actions = ["sts:AssumeRole"], principals = [{ type = "Service", identifiers = ["lambda.amazonaws.com"] }] } }
  policies = { a = "arn:aws:iam::aws:policy/A" }
  create_inline_policy = true
  inline_policy_permissions = { x = { actions = ["s3:GetObject"], resources = ["*"] } }
}
module "pol" {
  source = "terraform-aws-modules/iam/aws//modules/iam-policy"
  name = "p"
  policy = jsonencode({ Statement = [] })
}
module "ar" {
  source = "terraform-aws-modules/iam/aws//modules/iam-assumable-role"
  create_role = true
  role_name = "ar"
  role_requires_mfa = false
  trusted_role_services = ["lambda.amazonaws.com"]
  custom_role_policy_arns = [module.pol.arn, "arn:aws:iam::aws:policy/A"]
}
module "al" {
  source = "terraform-aws-modules/lambda/aws//modules/alias"
  name = "live"
  function_name = module.fn.lambda_function_name
  function_version = module.fn.lambda_function_version
  allowed_triggers = { s = { service = "sns" } }
}
