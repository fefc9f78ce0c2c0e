"""CloudWatch: the tags of an alarm are where ListTagsForResource looks."""

from typing import Any

from support.local_aws import LocalAws

ALARM: dict[str, Any] = {
    "MetricName": "m",
    "Namespace": "n",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 1.0,
    "ComparisonOperator": "GreaterThanThreshold",
}


def test_an_alarm_keeps_the_tags_it_was_made_with(aws: LocalAws, unique: str) -> None:
    cloudwatch = aws.client("cloudwatch")
    tags = [{"Key": "app", "Value": "authpulse"}]
    cloudwatch.put_metric_alarm(AlarmName=unique, **ALARM, Tags=tags)
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=[unique])["MetricAlarms"]
    arn = alarm["AlarmArn"]
    assert cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"] == tags
    cloudwatch.put_metric_alarm(AlarmName=unique, **ALARM | {"Threshold": 2.0}, Tags=[{"Key": "app", "Value": "x"}])
    assert cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"] == tags
    assert cloudwatch.describe_alarms(AlarmNames=[unique])["MetricAlarms"][0]["Threshold"] == 2.0


def test_an_alarm_without_tags_has_none(aws: LocalAws, unique: str) -> None:
    cloudwatch = aws.client("cloudwatch")
    cloudwatch.put_metric_alarm(AlarmName=unique, **ALARM)
    arn = cloudwatch.describe_alarms(AlarmNames=[unique])["MetricAlarms"][0]["AlarmArn"]
    assert cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"] == []


def test_metrics_come_back(aws: LocalAws, unique: str) -> None:
    cloudwatch = aws.client("cloudwatch")
    cloudwatch.put_metric_data(Namespace=unique, MetricData=[{"MetricName": "m", "Value": 3.0}])
    assert [m["MetricName"] for m in cloudwatch.list_metrics(Namespace=unique)["Metrics"]] == ["m"]
