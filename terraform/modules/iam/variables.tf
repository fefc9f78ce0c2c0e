variable "name" {
  type        = string
  description = "Name of the job's role."
}

variable "trust" {
  type        = string
  description = "Who may take it, as JSON."
}

variable "policy" {
  type        = string
  description = "What it may do, as JSON."
}

variable "tags" {
  type        = map(string)
  description = "Tags of the role."
  default     = {}
}
