variable "database" {
  type        = string
  description = "Name of the Glue database."
}

variable "warehouse" {
  type        = string
  description = "Where its tables lie, as s3://bucket/prefix."
}

variable "work_group" {
  type        = string
  description = "Name of the Athena work group."
}

variable "results" {
  type        = string
  description = "Where results of queries go, as s3://bucket/prefix/."
}

variable "bytes_scanned_cutoff" {
  type        = number
  description = "A query that would read more is ended: a mistake costs no more than this."
  default     = 107374182400 # 100 GiB

  validation {
    condition     = var.bytes_scanned_cutoff >= 10485760
    error_message = "Athena takes 10485760 (10 MiB) at least."
  }
}

variable "force_destroy" {
  type        = bool
  description = "Whether destroying the work group deletes its history of queries."
  default     = false
}

variable "key_arn" {
  type        = string
  description = "A key of one's own for results; empty for S3's."
  default     = ""
}

variable "tags" {
  type        = map(string)
  description = "Tags of database and work group."
  default     = {}
}
