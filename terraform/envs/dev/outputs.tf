output "pipeline" {
  value       = module.pipeline
  description = "Everything that was made, for manifests and charts."
}
