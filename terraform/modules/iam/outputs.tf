output "job_role_arn" {
  value       = aws_iam_role.job.arn
  description = "ARN of the job's role."
}
