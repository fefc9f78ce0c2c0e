# What the foundation is, decided without a provider: the JSON files beside this one are written by `make generate` from
# authpulse/foundation, and this module fills in their placeholders. Needing no provider, it is initialised, validated
# and tested with no registry and no mirror. The other modules make what is said here, and say nothing themselves.

terraform {
  required_version = ">= 1.11"
}

locals {
  place = {
    environment = var.environment
    account     = var.account
    region      = var.region
  }
  defaults = jsondecode(templatefile("${path.module}/defaults.json", local.place))
  given = merge(local.place, {
    application = coalesce(var.application, local.defaults.application)
    bucket      = coalesce(var.bucket, local.defaults.bucket)
    runbook     = var.runbook
  })

  # A key that is yet to be made has no ARN while Terraform plans. Put in at the end, it leaves everything else known.
  key_to_come = "key-to-come"

  names     = jsondecode(templatefile("${path.module}/names.json", local.given))
  described = jsondecode(templatefile("${path.module}/roles.json", merge(local.given, { key_arn = local.key_to_come })))
  trust     = jsondecode(templatefile("${path.module}/trust.json", local.given))
  alarms    = jsondecode(templatefile("${path.module}/alarms.json", local.given))
  dashboard = jsondecode(templatefile("${path.module}/dashboard.json", local.given))

  options = concat(
    var.customer_key ? ["customer-key"] : [],
    var.job_in_vpc ? ["vpc"] : [],
    var.operator_lays_foundation ? ["create-foundation"] : [],
  )
  of_iam = ["Sid", "Effect", "Action", "Resource", "Condition"]

  # Statements without what is said about them for people and tests.
  policies = {
    for kind, role in local.described : kind => replace(jsonencode({
      Version = "2012-10-17"
      Statement = [
        for statement in role.statements :
        { for key, value in statement : key => value if contains(local.of_iam, key) }
        if statement.OnlyWith == "" || contains(local.options, statement.OnlyWith)
      ]
    }), local.key_to_come, var.key_arn)
  }
  of_pods = toset([for kind, role in local.described : kind if role.service == ""])

  issuer = try(split(":oidc-provider/", var.pods.oidc_provider_arn)[1], "")
  pod_trust = {
    for kind in local.of_pods : kind => jsondecode(templatefile("${path.module}/trust_of_pods.json", {
      provider_arn    = var.pods.oidc_provider_arn
      issuer          = local.issuer
      namespace       = var.pods.namespaces[kind]
      service_account = var.pods.service_accounts[kind]
    }))[var.pods.identity]
    if var.pods.identity != "none" && var.pods.service_accounts[kind] != ""
  }
}
