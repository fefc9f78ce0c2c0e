variable "name" {
  type        = string
  description = "Name of the stream."
}

variable "shards" {
  type        = number
  description = "Shards at the beginning; the operator reshards, and Terraform leaves that as it is."
  default     = 2

  validation {
    condition     = var.shards >= 1 && var.shards <= 500 && floor(var.shards) == var.shards
    error_message = "shards is a whole number from 1 to 500."
  }
}

variable "retention_hours" {
  type        = number
  description = "How long records can be read again; the same as spec.stream.retentionHours of the resource."
  default     = 24

  validation {
    condition     = var.retention_hours >= 24 && var.retention_hours <= 8760
    error_message = "Kinesis keeps records for 24 to 8760 hours."
  }
}

variable "key_arn" {
  type        = string
  description = "A key of one's own; empty for the service's."
  default     = ""
}

variable "tags" {
  type        = map(string)
  description = "Tags of the stream."
  default     = {}
}
