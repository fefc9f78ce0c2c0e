variable "environment" {
  type        = string
  description = "Part of the name of everything: spec.environment of the resource."
}

variable "region" {
  type        = string
  description = "Where everything is: spec.aws.region of the resource."
}

variable "alert_emails" {
  type        = set(string)
  description = "Addresses that get alarms."
  default     = []
}

variable "shards" {
  type        = number
  description = "Shards at the beginning; the operator reshards."
  default     = 2
}

variable "retention_hours" {
  type        = number
  description = "How long records can be read again: spec.stream.retentionHours of the resource."
  default     = 24
}

variable "keep_data" {
  type        = bool
  description = "Whether destroying is refused."
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
  default     = 30
}

variable "bytes_scanned_cutoff" {
  type        = number
  description = "A query that would read more is ended."
  default     = 107374182400 # 100 GiB
}

variable "customer_key" {
  type        = bool
  description = "Whether stream, bucket, topic and logs are encrypted with a key of one's own, which is made."
  default     = false
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
  description = "Whether the job runs in a VPC."
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

variable "tags" {
  type        = map(string)
  description = "Further tags."
  default     = {}
}
