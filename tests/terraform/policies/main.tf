locals {
  account = "123456789012"
  region  = "eu-west-1"
  table   = "arn:aws:dynamodb:${local.region}:${local.account}:table/orders"
  actions = ["dynamodb:GetItem", "dynamodb:PutItem"]
}

resource "aws_iam_role" "main" {
  name = "main"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["lambda.amazonaws.com", "scheduler.amazonaws.com"] }
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_iam_role_policy" "encoded" {
  name = "encoded"
  role = "main"
  policy = jsonencode({
    "Version" : "2012-10-17",
    Statement = concat(
      [{ Effect = "Allow", Action = local.actions, Resource = [local.table, "${local.table}/index/*"] }],
      [for bucket in ["in", "out"] : { Effect = "Allow", Action = ["s3:GetObject"], Resource = "arn:aws:s3:::${bucket}/*" }],
      true ? [{ Effect = "Deny", Action = ["s3:DeleteObject"], Resource = "*" }] : []
    )
  })
}

resource "aws_iam_role_policy" "heredoc" {
  name   = "heredoc"
  role   = "main"
  policy = <<-EOF
    {
      "Version": "2012-10-17",
      "Statement": [
        {"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": "arn:aws:sqs:${local.region}:${local.account}:*"}
      ]
    }
  EOF
}

data "aws_iam_policy_document" "logs" {
  statement {
    sid       = "Logs"
    effect    = "Allow"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["arn:aws:logs:${local.region}:${local.account}:log-group:/aws/lambda/*"]
  }

  statement {
    effect      = "Deny"
    not_actions = ["s3:GetObject"]
    resources   = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }

    condition {
      test     = "StringLike"
      variable = "aws:PrincipalArn"
      values   = [for name in ["a", "b"] : "arn:aws:iam::${local.account}:role/${name}"]
    }
  }
}

resource "aws_iam_policy" "shared" {
  name   = "shared"
  path   = "/app/"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "events:PutEvents", Resource = "*" }] })
}

resource "aws_iam_role_policy_attachment" "managed" {
  for_each   = toset(["AWSLambdaBasicExecutionRole", "AWSLambdaVPCAccessExecutionRole"])
  role       = "main"
  policy_arn = "arn:aws:iam::aws:policy/service-role/${each.value}"
}

resource "aws_lambda_permission" "api" {
  statement_id  = "AllowApi"
  action        = "lambda:InvokeFunction"
  function_name = "main"
  principal     = "apigateway.amazonaws.com"
  source_arn    = "arn:aws:execute-api:${local.region}:${local.account}:abc/*/GET/orders"
}

resource "aws_sqs_queue" "main" {
  name = "main"
  redrive_policy = jsonencode({
    deadLetterTargetArn = "arn:aws:sqs:${local.region}:${local.account}:dead"
    maxReceiveCount     = 5
  })
}
