variable "attributes" {
  default = [
    { name = "id", type = "S" },
    { name = "status", type = "S" },
    { name = "at", type = "N" },
  ]
}

variable "indexes" {
  default = {
    by-status = { hash_key = "status", range_key = "at", projection = "ALL" }
    by-at     = { hash_key = "at", range_key = null, projection = "KEYS_ONLY" }
  }
}

variable "ttl" {
  type    = string
  default = null
}

variable "stream" {
  default = true
}

resource "aws_dynamodb_table" "main" {
  name         = "main"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  dynamic "attribute" {
    for_each = var.attributes
    content {
      name = attribute.value.name
      type = attribute.value.type
    }
  }

  dynamic "global_secondary_index" {
    for_each = var.indexes
    iterator = index
    content {
      name            = index.key
      hash_key        = index.value.hash_key
      range_key       = index.value.range_key
      projection_type = index.value.projection
    }
  }

  dynamic "ttl" {
    for_each = var.ttl == null ? [] : [var.ttl]
    content {
      attribute_name = ttl.value
      enabled        = true
    }
  }

  dynamic "point_in_time_recovery" {
    for_each = var.stream ? [1] : []
    content {
      enabled = true
    }
  }
}

resource "aws_s3_bucket_notification" "uploads" {
  bucket = "uploads"

  dynamic "lambda_function" {
    for_each = {
      images = { suffix = ".png", events = ["s3:ObjectCreated:*"] }
      texts  = { suffix = ".txt", events = ["s3:ObjectCreated:Put", "s3:ObjectRemoved:*"] }
    }
    content {
      lambda_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:${lambda_function.key}"
      events              = lambda_function.value.events
      filter_suffix       = lambda_function.value.suffix
    }
  }
}

resource "aws_lambda_event_source_mapping" "filtered" {
  function_name    = "worker"
  event_source_arn = "arn:aws:sqs:eu-west-1:123456789012:jobs"

  filter_criteria {
    dynamic "filter" {
      for_each = ["created", "deleted"]
      content {
        pattern = jsonencode({ body = { kind = [filter.value], index = [filter.key] } })
      }
    }
  }
}

data "aws_iam_policy_document" "statements" {
  dynamic "statement" {
    for_each = {
      Read  = { actions = ["dynamodb:GetItem", "dynamodb:Query"], condition = [] }
      Write = { actions = ["dynamodb:PutItem"], condition = [{ variable = "aws:SourceAccount", values = ["123456789012"] }] }
    }
    content {
      sid       = statement.key
      actions   = statement.value.actions
      resources = ["arn:aws:dynamodb:*:*:table/main"]

      dynamic "condition" {
        for_each = statement.value.condition
        content {
          test     = "StringEquals"
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }

  statement {
    sid       = "Last"
    actions   = ["logs:*"]
    resources = ["*"]
  }
}
