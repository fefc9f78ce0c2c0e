output "stream_arn" {
  value       = module.kinesis.arn
  description = "ARN of the stream."
}

output "bucket" {
  value       = module.s3.name
  description = "The bucket: code, tables, results of queries."
}

output "database" {
  value       = module.lakehouse.database
  description = "Glue database of the tables."
}

output "work_group" {
  value       = module.lakehouse.work_group
  description = "Athena work group."
}

output "job_role_arn" {
  value       = module.iam.job_role_arn
  description = "ARN of the role that the job takes."
}

output "log_stream_arn" {
  value       = module.monitoring.log_stream_arn
  description = "ARN of the job's log stream."
}

output "alarm_topic_arn" {
  value       = module.monitoring.topic_arn
  description = "ARN of the topic that alarms tell."
}

output "alarm_names" {
  value       = module.monitoring.alarm_names
  description = "Names of all alarms."
}

output "pod_role_arns" {
  value       = module.operator_access.role_arns
  description = "ARNs of the roles of operator and workers, by kind; empty where pods.identity is none."
}
