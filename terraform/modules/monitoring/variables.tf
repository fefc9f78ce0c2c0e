variable "topic" {
  type        = string
  description = "Name of the topic that alarms tell."
}

variable "topic_policy" {
  type        = string
  description = "Who may publish there, as JSON."
}

variable "emails" {
  type        = set(string)
  description = "Addresses that get alarms. Each has to confirm the message that AWS sends first."
  default     = []
}

variable "alarms" {
  type = map(object({
    AlarmName               = string
    AlarmDescription        = string
    Namespace               = optional(string)
    MetricName              = optional(string)
    Dimensions              = optional(list(object({ Name = string, Value = string })))
    Statistic               = optional(string)
    Period                  = optional(number)
    EvaluationPeriods       = number
    DatapointsToAlarm       = number
    ComparisonOperator      = string
    Threshold               = number
    TreatMissingData        = string
    InsufficientDataActions = list(string)
    Metrics = optional(list(object({
      Id         = string
      Expression = optional(string)
      Label      = optional(string)
      ReturnData = bool
      MetricStat = optional(object({
        Metric = object({
          Namespace  = string
          MetricName = string
          Dimensions = list(object({ Name = string, Value = string }))
        })
        Period = number
        Stat   = string
      }))
    })), [])
  }))
  description = "PutMetricAlarm of each alarm, by kind."
}

variable "composite_alarms" {
  type = map(object({
    AlarmName        = string
    AlarmDescription = string
    AlarmRule        = string
  }))
  description = "PutCompositeAlarm of each composite alarm, by kind."
}

variable "dashboard" {
  type        = string
  description = "Name of the dashboard."
}

variable "dashboard_body" {
  type        = string
  description = "The dashboard, as JSON."
}

variable "log_group" {
  type        = string
  description = "Name of the job's log group."
}

variable "log_stream" {
  type        = string
  description = "Name of the job's log stream."
}

variable "log_retention_days" {
  type        = number
  description = "How long the job's log is kept."
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731], var.log_retention_days)
    error_message = "Of what CloudWatch knows: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545 or 731 days."
  }
}

variable "key_arn" {
  type        = string
  description = "A key of one's own for topic and log; empty for none."
  default     = ""
}

variable "tags" {
  type        = map(string)
  description = "Tags of topic, alarms and log group."
  default     = {}
}
