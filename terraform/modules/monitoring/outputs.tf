output "topic_arn" {
  value       = aws_sns_topic.alarms.arn
  description = "ARN of the topic that alarms tell."
}

output "alarm_names" {
  value = concat(
    [for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_name],
    [for alarm in aws_cloudwatch_composite_alarm.this : alarm.alarm_name],
  )
  description = "Names of all alarms."
}

output "log_stream_arn" {
  value       = "${aws_cloudwatch_log_group.job.arn}:log-stream:${aws_cloudwatch_log_stream.job.name}"
  description = "ARN of the job's log stream."
}
