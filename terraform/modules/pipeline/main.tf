# One environment, put together. Names, policies and alarms are the foundation module's; nothing here spells one.

data "aws_caller_identity" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id
  key_arn = var.customer_key ? module.kms[0].arn : ""
  names   = module.foundation.names
  tags    = merge(var.tags, module.foundation.names.tags)
}

module "foundation" {
  source = "../foundation"

  environment              = var.environment
  account                  = local.account
  region                   = var.region
  bucket                   = var.bucket
  application              = var.application
  runbook                  = var.runbook
  customer_key             = var.customer_key
  key_arn                  = local.key_arn
  job_in_vpc               = var.job_in_vpc
  operator_lays_foundation = var.operator_lays_foundation
  pods                     = var.pods
}

module "guard" {
  source = "../guard"

  keep_data = var.keep_data
  what      = "tables of ${var.environment} and the bucket they lie in"
}

module "kms" {
  source = "../kms"
  count  = var.customer_key ? 1 : 0

  # Not from the foundation module: what it says of other things needs the key's ARN first.
  alias  = module.key_policy[0].names.key_alias
  policy = module.key_policy[0].trust.key
  tags   = merge(var.tags, module.key_policy[0].names.tags)
}

module "key_policy" {
  source = "../foundation"
  count  = var.customer_key ? 1 : 0

  environment = var.environment
  account     = local.account
  region      = var.region
  application = var.application
}

module "kinesis" {
  source = "../kinesis"

  name            = local.names.stream
  shards          = var.shards
  retention_hours = var.retention_hours
  key_arn         = local.key_arn
  tags            = local.tags
}

module "s3" {
  source = "../s3"

  name              = local.names.bucket
  policy            = module.foundation.trust.bucket
  force_destroy     = module.guard.force_destroy
  keep_deleted_days = var.keep_deleted_days
  key_arn           = local.key_arn
  tags              = local.tags
}

module "iam" {
  source = "../iam"

  name   = local.names.job_role
  trust  = module.foundation.trust.job
  policy = module.foundation.policies.job
  tags   = local.tags
}

module "lakehouse" {
  source = "../lakehouse"

  database             = local.names.database
  warehouse            = local.names.warehouse
  work_group           = local.names.work_group
  results              = local.names.query_results
  bytes_scanned_cutoff = var.bytes_scanned_cutoff
  force_destroy        = module.guard.force_destroy
  key_arn              = local.key_arn
  tags                 = local.tags
}

module "monitoring" {
  source = "../monitoring"

  topic              = local.names.alarm_topic
  topic_policy       = module.foundation.trust.topic
  emails             = var.alert_emails
  alarms             = module.foundation.alarms
  composite_alarms   = module.foundation.composite_alarms
  dashboard          = local.names.dashboard
  dashboard_body     = module.foundation.dashboard
  log_group          = local.names.log_group
  log_stream         = local.names.log_stream
  log_retention_days = var.log_retention_days
  key_arn            = local.key_arn
  tags               = local.tags
}

module "operator_access" {
  source = "../operator_access"

  trust      = module.foundation.pod_trust
  role_names = module.foundation.role_names
  policies   = module.foundation.policies
  what_for   = module.foundation.what_for
  tags       = local.tags
}

module "vpc_endpoints" {
  source = "../vpc_endpoints"
  count  = var.vpc_endpoints == null ? 0 : 1

  prefix                  = local.names.prefix
  region                  = var.region
  vpc_id                  = var.vpc_endpoints.vpc_id
  subnet_ids              = var.vpc_endpoints.subnet_ids
  route_table_ids         = var.vpc_endpoints.route_table_ids
  from_security_group_ids = var.vpc_endpoints.from_security_group_ids
  tags                    = local.tags
}
