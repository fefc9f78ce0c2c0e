variable "environment" {
  type        = string
  description = "Part of the name of everything: spec.environment of the resource."
  default     = "prod"
}

variable "region" {
  type        = string
  description = "Where everything is: spec.aws.region of the resource."
  default     = "us-east-1"
}

variable "emulated" {
  type        = bool
  description = "Against a local AWS: path-style S3, and no look-ups of credentials and metadata."
  default     = false
}

variable "alert_email" {
  type        = string
  description = "Address that gets alarms; it has to confirm a message first. Empty for none."
  default     = ""

  validation {
    condition     = var.alert_email == "" || can(regex("^[^@ ]+@[^@ ]+$", var.alert_email))
    error_message = "alert_email is an address, as in oncall@example.com."
  }
}

variable "shards" {
  type        = number
  description = "Shards at the beginning; the operator reshards, and Terraform leaves that as it is."
  default     = 4
}

variable "retention_hours" {
  type        = number
  description = "How long records can be read again: spec.stream.retentionHours of the resource."
  default     = 72
}

variable "keep_data" {
  type        = bool
  description = "Whether `terraform destroy` is refused. docs/terraform.md says how to destroy all the same."
  default     = true
}

variable "keep_deleted_days" {
  type        = number
  description = "How long deleted files of tables can be brought back."
  default     = 14
}

variable "log_retention_days" {
  type        = number
  description = "How long the job's log is kept."
  default     = 365
}

variable "customer_key" {
  type        = bool
  description = "Whether stream, bucket, topic and logs are encrypted with a key of one's own, which is made."
  default     = true
}

variable "bucket" {
  type        = string
  description = "A bucket name of your own: spec.lakehouse.bucket of the resource."
  default     = ""
}

variable "application" {
  type        = string
  description = "A name of your own for the application: spec.flink.applicationName of the resource."
  default     = ""
}

variable "runbook" {
  type        = string
  description = "What the alarms' links begin with: where the runbook is on the web."
  default     = "docs/runbook.md"
}

variable "job_in_vpc" {
  type        = bool
  description = "Whether the job runs in a VPC (spec.flink.vpc)."
  default     = false
}

variable "operator_lays_foundation" {
  type        = bool
  description = "Whether the operator makes what is missing (foundation: Create). It may then give the job any right."
  default     = false
}

variable "pods" {
  type = object({
    identity          = optional(string, "none")
    oidc_provider_arn = optional(string, "")
    namespaces        = optional(map(string), {})
    service_accounts  = optional(map(string), {})
  })
  description = "How pods get credentials: none, irsa or pod-identity; and which pods. See modules/foundation."
  default     = {}
}

variable "vpc_endpoints" {
  type = object({
    vpc_id                  = string
    subnet_ids              = list(string)
    route_table_ids         = list(string)
    from_security_group_ids = set(string)
  })
  description = "A VPC that gets ways to AWS without the internet; null for none."
  default     = null
}
