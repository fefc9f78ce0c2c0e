# Needs the provider's schema, and calls nothing.
mock_provider "aws" {}

variables {
  name = "authpulse-dev-auth-events"
}

run "encrypted_with_shards_at_the_beginning" {
  command = apply

  assert {
    condition     = aws_kinesis_stream.events.encryption_type == "KMS" && aws_kinesis_stream.events.shard_count == 2
    error_message = "Two shards, encrypted."
  }
}

run "other_shards_are_the_operators_business" {
  command = apply

  variables {
    shards = 4
  }

  assert {
    condition     = aws_kinesis_stream.events.shard_count == 2
    error_message = "Terraform would undo what the operator has scaled."
  }
}

run "retention_is_bounded" {
  command = plan

  variables {
    retention_hours = 12
  }

  expect_failures = [var.retention_hours]
}
