variable "environment" {
  type        = string
  description = "Part of the name of everything, as in authpulse-ENVIRONMENT-auth-events."

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{0,15}$", var.environment))
    error_message = "Use 1 to 16 small letters and digits, beginning with a letter, as in dev."
  }
}

variable "account" {
  type        = string
  description = "The AWS account."

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account))
    error_message = "An account has 12 digits."
  }
}

variable "region" {
  type        = string
  description = "Where everything is."

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region)) && !can(regex("^(cn|us-gov)-", var.region))
    error_message = "Name a region of the partition aws, as in eu-west-1: ARNs of the others begin otherwise."
  }
}

variable "bucket" {
  type        = string
  description = "A bucket name of your own; by default authpulse-ENVIRONMENT-ACCOUNT-REGION."
  default     = ""

  validation {
    condition     = var.bucket == "" || can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "A bucket name has 3 to 63 small letters, digits, dots and hyphens."
  }
}

variable "application" {
  type        = string
  description = "The Managed Flink application, where the resource names one (spec.flink.applicationName)."
  default     = ""

  validation {
    condition     = var.application == "" || can(regex("^[a-zA-Z0-9_.-]{1,128}$", var.application))
    error_message = "An application's name has 1 to 128 letters, digits, dots, hyphens and underscores."
  }
}

variable "runbook" {
  type        = string
  description = "What the alarms' links begin with."
  default     = "docs/runbook.md"
}

variable "customer_key" {
  type        = bool
  description = "Whether stream, bucket, topic and logs are encrypted with a key of one's own: key_arn."
  default     = false
}

variable "key_arn" {
  type        = string
  description = "The key, where customer_key is true."
  default     = ""

  validation {
    condition     = !var.customer_key || var.key_arn != ""
    error_message = "With customer_key the key has to be named: key_arn."
  }
}

variable "job_in_vpc" {
  type        = bool
  description = "Whether the job runs in a VPC (spec.flink.vpc): it then has to make network interfaces."
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
    namespaces = optional(object({
      operator   = optional(string, "authpulse-system")
      workers    = optional(string, "authpulse")
      replay     = optional(string, "authpulse")
      quality    = optional(string, "authpulse")
      aggregates = optional(string, "authpulse")
    }), {})
    service_accounts = optional(object({
      operator   = optional(string, "authpulse-operator")
      workers    = optional(string, "authpulse-workers")
      replay     = optional(string, "")
      quality    = optional(string, "")
      aggregates = optional(string, "")
    }), {})
  })
  description = <<-EOT
    How pods get credentials: none (no roles for them), irsa or pod-identity; and which pods. A kind without a service
    account gets no role: by default all workers have one together.
  EOT
  default     = {}

  validation {
    condition     = contains(["none", "irsa", "pod-identity"], var.pods.identity)
    error_message = "pods.identity is none, irsa or pod-identity."
  }

  validation {
    condition = var.pods.identity != "irsa" || can(regex(
      "^arn:aws:iam::[0-9]{12}:oidc-provider/.+$", var.pods.oidc_provider_arn
    ))
    error_message = "irsa needs the ARN of the cluster's OIDC provider: pods.oidc_provider_arn."
  }
}
