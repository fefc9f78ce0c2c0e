# Who is told, when, and one page to look at; and where the job's log goes. Alarms come as CloudWatch's own requests,
# made by the foundation module; the runbook of each is linked in its description.

resource "aws_sns_topic" "alarms" {
  name = var.topic
  # Not alias/aws/sns: alarms cannot publish to a topic under the service's own key.
  kms_master_key_id = var.key_arn == "" ? null : var.key_arn
  tags              = var.tags
}

resource "aws_sns_topic_policy" "alarms" {
  arn    = aws_sns_topic.alarms.arn
  policy = var.topic_policy
}

resource "aws_sns_topic_subscription" "email" {
  for_each = var.emails

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.value
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = var.alarms

  alarm_name                = each.value.AlarmName
  alarm_description         = each.value.AlarmDescription
  namespace                 = each.value.Namespace
  metric_name               = each.value.MetricName
  dimensions                = try({ for d in each.value.Dimensions : d.Name => d.Value }, null)
  statistic                 = each.value.Statistic
  period                    = each.value.Period
  evaluation_periods        = each.value.EvaluationPeriods
  datapoints_to_alarm       = each.value.DatapointsToAlarm
  comparison_operator       = each.value.ComparisonOperator
  threshold                 = each.value.Threshold
  treat_missing_data        = each.value.TreatMissingData
  alarm_actions             = [aws_sns_topic.alarms.arn]
  ok_actions                = [aws_sns_topic.alarms.arn]
  insufficient_data_actions = length(each.value.InsufficientDataActions) > 0 ? [aws_sns_topic.alarms.arn] : []
  tags                      = var.tags

  dynamic "metric_query" {
    for_each = each.value.Metrics

    content {
      id          = metric_query.value.Id
      expression  = metric_query.value.Expression
      label       = metric_query.value.Label
      return_data = metric_query.value.ReturnData

      dynamic "metric" {
        for_each = metric_query.value.MetricStat[*]

        content {
          namespace   = metric.value.Metric.Namespace
          metric_name = metric.value.Metric.MetricName
          dimensions  = { for d in metric.value.Metric.Dimensions : d.Name => d.Value }
          period      = metric.value.Period
          stat        = metric.value.Stat
        }
      }
    }
  }
}

resource "aws_cloudwatch_composite_alarm" "this" {
  for_each = var.composite_alarms

  alarm_name        = each.value.AlarmName
  alarm_description = each.value.AlarmDescription
  alarm_rule        = each.value.AlarmRule
  alarm_actions     = [aws_sns_topic.alarms.arn]
  ok_actions        = [aws_sns_topic.alarms.arn]
  tags              = var.tags

  depends_on = [aws_cloudwatch_metric_alarm.this]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.dashboard
  dashboard_body = var.dashboard_body
}

# The service writes into a stream that is there already, and silently nowhere into one that is not.
resource "aws_cloudwatch_log_group" "job" {
  name              = var.log_group
  retention_in_days = var.log_retention_days
  kms_key_id        = var.key_arn == "" ? null : var.key_arn
  tags              = var.tags
}

resource "aws_cloudwatch_log_stream" "job" {
  name           = var.log_stream
  log_group_name = aws_cloudwatch_log_group.job.name
}
