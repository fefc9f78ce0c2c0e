# Database and work group, and no tables: every commit of the job moves a table's metadata pointer in the catalogue, and
# Terraform would put an old one back. They are made from their declaration in `lakehouse/`.

resource "aws_glue_catalog_database" "this" {
  name         = var.database
  description  = "AuthPulse"
  location_uri = var.warehouse
  tags         = var.tags
}

resource "aws_athena_workgroup" "this" {
  name          = var.work_group
  description   = "AuthPulse queries"
  force_destroy = var.force_destroy
  tags          = var.tags

  configuration {
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true
    bytes_scanned_cutoff_per_query     = var.bytes_scanned_cutoff

    result_configuration {
      output_location = var.results

      encryption_configuration {
        encryption_option = var.key_arn == "" ? "SSE_S3" : "SSE_KMS"
        kms_key_arn       = var.key_arn == "" ? null : var.key_arn
      }
    }
  }
}
