# Needs the provider's schema, and calls nothing. The provider's own validators run on what is invented, so what has to be
# an ARN needs a default.
mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }

  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:eu-west-1:111122223333:authpulse-dev-alarms" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-west-1:111122223333:key/0c2a", key_id = "0c2a" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/authpulse-dev" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/kinesis-analytics/authpulse-dev" }
  }
}

variables {
  environment = "dev"
  region      = "eu-west-1"
  keep_data   = false
}

run "an_environment" {
  command = apply

  assert {
    condition     = output.bucket == "authpulse-dev-111122223333-eu-west-1" && output.database == "authpulse_dev"
    error_message = "Names are those of the description."
  }

  assert {
    condition     = length(output.alarm_names) == 8 && contains(output.alarm_names, "authpulse-dev-pipeline-unhealthy")
    error_message = "Seven alarms, and the one made of them."
  }

  assert {
    condition     = length(output.pod_role_arns) == 0
    error_message = "No roles of pods unless asked for."
  }
}

run "with_everything_that_can_be_chosen" {
  command = apply

  variables {
    customer_key = true
    alert_emails = ["oncall@example.com"]
    pods         = { identity = "pod-identity" }
    job_in_vpc   = true
    vpc_endpoints = {
      vpc_id                  = "vpc-0123456789abcdef0"
      subnet_ids              = ["subnet-0123456789abcdef0"]
      route_table_ids         = ["rtb-0123456789abcdef0"]
      from_security_group_ids = ["sg-0123456789abcdef0"]
    }
  }

  assert {
    condition     = join(" ", keys(output.pod_role_arns)) == "operator workers"
    error_message = "The operator's role, and one for all workers."
  }
}
