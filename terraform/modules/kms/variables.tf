variable "alias" {
  type        = string
  description = "The key's alias, beginning with alias/."
}

variable "policy" {
  type        = string
  description = "Who may use it, as JSON."
}

variable "tags" {
  type        = map(string)
  description = "Tags of the key."
  default     = {}
}
