output "security_group_id" {
  value       = aws_security_group.endpoints.id
  description = "The endpoints' security group."
}
