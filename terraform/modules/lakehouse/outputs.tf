output "database" {
  value       = aws_glue_catalog_database.this.name
  description = "Name of the Glue database."
}

output "work_group" {
  value       = aws_athena_workgroup.this.name
  description = "Name of the Athena work group."
}
