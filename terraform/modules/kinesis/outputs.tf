output "arn" {
  value       = aws_kinesis_stream.events.arn
  description = "ARN of the stream."
}

output "name" {
  value       = aws_kinesis_stream.events.name
  description = "Name of the stream."
}
