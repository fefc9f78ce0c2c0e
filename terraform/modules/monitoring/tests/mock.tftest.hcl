# Needs the provider's schema, and calls nothing.
mock_provider "aws" {
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:eu-west-1:111122223333:alarms" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:111122223333:log-group:job" }
  }
}

variables {
  topic            = "alarms"
  topic_policy     = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
  dashboard        = "authpulse-dev"
  dashboard_body   = "{\"widgets\":[]}"
  log_group        = "job"
  log_stream       = "job"
  emails           = ["oncall@example.com"]
  composite_alarms = {}
  alarms = {
    plain = {
      AlarmName               = "plain"
      AlarmDescription        = "of one metric"
      Namespace               = "AWS/Kinesis"
      MetricName              = "GetRecords.IteratorAgeMilliseconds"
      Dimensions              = [{ Name = "StreamName", Value = "events" }]
      Statistic               = "Maximum"
      Period                  = 60
      EvaluationPeriods       = 3
      DatapointsToAlarm       = 3
      ComparisonOperator      = "GreaterThanOrEqualToThreshold"
      Threshold               = 300000
      TreatMissingData        = "notBreaching"
      InsufficientDataActions = []
    }
    math = {
      AlarmName               = "math"
      AlarmDescription        = "of a metric's growth"
      EvaluationPeriods       = 5
      DatapointsToAlarm       = 1
      ComparisonOperator      = "GreaterThanThreshold"
      Threshold               = 0
      TreatMissingData        = "missing"
      InsufficientDataActions = ["arn:aws:sns:eu-west-1:111122223333:alarms"]
      Metrics = [
        { Id = "answer", Expression = "DIFF(failed)", Label = "growth", ReturnData = true },
        {
          Id         = "failed"
          ReturnData = false
          MetricStat = {
            Metric = {
              Namespace  = "AWS/KinesisAnalytics"
              MetricName = "numberOfFailedCheckpoints"
              Dimensions = [{ Name = "Application", Value = "authpulse-dev" }]
            }
            Period = 60
            Stat   = "Maximum"
          }
        },
      ]
    }
  }
}

run "alarms_are_what_they_are_described_as" {
  command = apply

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.this["plain"].metric_name == "GetRecords.IteratorAgeMilliseconds" &&
      aws_cloudwatch_metric_alarm.this["plain"].dimensions["StreamName"] == "events" &&
      aws_cloudwatch_metric_alarm.this["plain"].threshold == 300000 &&
      aws_cloudwatch_metric_alarm.this["plain"].period == 60 &&
      length(aws_cloudwatch_metric_alarm.this["plain"].metric_query) == 0
    )
    error_message = "An alarm of one metric."
  }

  assert {
    condition = (
      length(aws_cloudwatch_metric_alarm.this["math"].metric_query) == 2 &&
      aws_cloudwatch_metric_alarm.this["math"].metric_name == null &&
      length(aws_cloudwatch_metric_alarm.this["math"].insufficient_data_actions) == 1
    )
    error_message = "An alarm of metric math has two queries and no metric of its own."
  }

  assert {
    condition     = aws_sns_topic_subscription.email["oncall@example.com"].protocol == "email"
    error_message = "The address is subscribed."
  }
}
