output "force_destroy" {
  value       = !var.keep_data
  description = "Whether what holds data may be deleted with it."
}
