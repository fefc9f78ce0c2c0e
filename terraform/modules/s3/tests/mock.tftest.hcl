# Needs the provider's schema, and calls nothing.
mock_provider "aws" {}

variables {
  name   = "authpulse-dev-111122223333-eu-west-1"
  policy = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
}

run "private_versioned_and_kept" {
  command = apply

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.this.block_public_acls,
      aws_s3_bucket_public_access_block.this.block_public_policy,
      aws_s3_bucket_public_access_block.this.ignore_public_acls,
      aws_s3_bucket_public_access_block.this.restrict_public_buckets,
    ])
    error_message = "All four blocks of public access are on."
  }

  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "Without versions a deleted file of a table is gone."
  }

  assert {
    condition     = !aws_s3_bucket.this.force_destroy
    error_message = "A bucket with data is not destroyed by default."
  }

  assert {
    condition = alltrue([
      for rule in aws_s3_bucket_lifecycle_configuration.this.rule :
      length(rule.expiration) == 0 || rule.id == "query-results"
    ])
    error_message = "Nothing expires but results of queries: old files are part of a table's snapshots."
  }
}
