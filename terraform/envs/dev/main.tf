# The environment dev. Where calls go is decided by AWS_ENDPOINT_URL, who makes them by the usual chain of credentials.
# Without a `backend` the state is a file here: docs/terraform.md says how to keep it in a bucket.

provider "aws" {
  region                      = var.region
  s3_use_path_style           = var.emulated
  skip_credentials_validation = var.emulated
  skip_metadata_api_check     = var.emulated ? "true" : null
  skip_region_validation      = var.emulated

  default_tags {
    tags = {
      Project   = "authpulse"
      ManagedBy = "terraform"
    }
  }
}

module "pipeline" {
  source = "../../modules/pipeline"

  environment              = var.environment
  region                   = var.region
  alert_emails             = var.alert_email == "" ? [] : [var.alert_email]
  shards                   = var.shards
  retention_hours          = var.retention_hours
  keep_data                = var.keep_data
  keep_deleted_days        = var.keep_deleted_days
  log_retention_days       = var.log_retention_days
  customer_key             = var.customer_key
  bucket                   = var.bucket
  application              = var.application
  runbook                  = var.runbook
  job_in_vpc               = var.job_in_vpc
  operator_lays_foundation = var.operator_lays_foundation
  pods                     = var.pods
  vpc_endpoints            = var.vpc_endpoints
}
