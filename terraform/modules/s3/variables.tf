variable "name" {
  type        = string
  description = "Name of the bucket."
}

variable "policy" {
  type        = string
  description = "The bucket's policy, as JSON."
}

variable "force_destroy" {
  type        = bool
  description = "Whether destroying the bucket deletes what is in it. Otherwise a bucket with objects stays."
  default     = false
}

variable "keep_deleted_days" {
  type        = number
  description = "How long files that a table no longer has, or that somebody deleted, can be brought back."
  default     = 14

  validation {
    condition     = var.keep_deleted_days >= 1
    error_message = "keep_deleted_days is 1 or more."
  }
}

variable "keep_results_days" {
  type        = number
  description = "How long results of queries are kept."
  default     = 7

  validation {
    condition     = var.keep_results_days >= 1
    error_message = "keep_results_days is 1 or more."
  }
}

variable "key_arn" {
  type        = string
  description = "A key of one's own; empty for the service's."
  default     = ""
}

variable "tags" {
  type        = map(string)
  description = "Tags of the bucket."
  default     = {}
}
