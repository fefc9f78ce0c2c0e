output "role_arns" {
  value       = { for kind, role in aws_iam_role.pods : kind => role.arn }
  description = "ARNs of the roles of pods, by kind."
}
