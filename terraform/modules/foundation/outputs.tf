output "names" {
  value       = local.names
  description = "Everything that has a name, and the tags."
}

output "policies" {
  value       = local.policies
  description = "The policy of each role, as JSON, with the statements of the chosen options."
}

output "role_names" {
  value       = { for kind, role in local.described : kind => role.name }
  description = "Role names by kind: job, operator, replay, quality, aggregates, and workers for the last three together."
}

output "what_for" {
  value       = { for kind, role in local.described : kind => role.what_for }
  description = "Who takes a role."
}

output "trust" {
  value       = { for what, policy in local.trust : what => jsonencode(policy) }
  description = "Policies that name somebody, as JSON: who takes the job's role, and those of bucket, topic and key."
}

output "pod_trust" {
  value       = { for kind, policy in local.pod_trust : kind => jsonencode(policy) }
  description = "Who takes the roles of pods, as JSON by kind; empty where pods.identity is none."
}

output "alarms" {
  value       = local.alarms.metric
  description = "PutMetricAlarm of each alarm, by kind."
}

output "composite_alarms" {
  value       = local.alarms.composite
  description = "PutCompositeAlarm of each composite alarm, by kind."
}

output "dashboard" {
  value       = jsonencode(local.dashboard)
  description = "The body of the dashboard, as JSON."
}
