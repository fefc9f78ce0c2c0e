# The stream of authentication events. How many shards it has is the operator's business after the first apply.

resource "aws_kinesis_stream" "events" {
  name             = var.name
  shard_count      = var.shards
  retention_period = var.retention_hours
  encryption_type  = "KMS"
  # The service's own key needs no permissions of readers and writers within the account.
  kms_key_id = coalesce(var.key_arn, "alias/aws/kinesis")

  stream_mode_details {
    stream_mode = "PROVISIONED"
  }

  tags = var.tags

  lifecycle {
    ignore_changes = [shard_count]
  }
}
