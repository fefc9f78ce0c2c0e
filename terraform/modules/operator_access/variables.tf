variable "trust" {
  type        = map(string)
  description = "Who may take each role, as JSON by kind. Empty for no roles."
}

variable "role_names" {
  type        = map(string)
  description = "Names of the roles, by kind."
}

variable "policies" {
  type        = map(string)
  description = "What they may do, as JSON by kind."
}

variable "what_for" {
  type        = map(string)
  description = "Who takes them, in words, by kind."
}

variable "tags" {
  type        = map(string)
  description = "Tags of the roles."
  default     = {}
}
