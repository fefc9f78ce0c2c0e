variable "keep_data" {
  type        = bool
  description = "Whether destroying is refused."
  default     = true
}

variable "what" {
  type        = string
  description = "What is kept, for whoever reads the state."
}
