"""CloudWatch's alarms on the local AWS: they come up and go down in time, reach SNS, and keep what they had."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.local_aws import LocalAws

ALARM: dict[str, Any] = {
    "MetricName": "m",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 1.0,
    "ComparisonOperator": "GreaterThanThreshold",
}
QUICK: dict[str, Any] = ALARM | {"Statistic": "Maximum", "Period": 10, "TreatMissingData": "notBreaching"}
SECONDS = 180


def until(what: str, condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {SECONDS} s"
        time.sleep(0.5)


def described(aws: LocalAws, name: str) -> dict[str, Any]:
    answer = aws.client("cloudwatch").describe_alarms(AlarmNames=[name], AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    (alarm,) = [*answer["MetricAlarms"], *answer["CompositeAlarms"]]
    found: dict[str, Any] = alarm
    return found


def put(aws: LocalAws, namespace: str, value: float, **more: Any) -> None:
    aws.client("cloudwatch").put_metric_data(
        Namespace=namespace, MetricData=[{"MetricName": "m", "Value": value, **more}]
    )


@pytest.fixture
def topic(aws: LocalAws, unique: str) -> tuple[str, Callable[[], list[dict[str, Any]]]]:
    """A topic, and what it has told so far."""
    sns, sqs = aws.client("sns"), aws.client("sqs")
    arn = sns.create_topic(Name=unique)["TopicArn"]
    queue = sqs.create_queue(QueueName=unique)["QueueUrl"]
    queue_arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue_arn)
    told: list[dict[str, Any]] = []

    def read() -> list[dict[str, Any]]:
        for message in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
            told.append(json.loads(json.loads(message["Body"])["Message"]))
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return told

    return arn, read


def test_an_alarm_and_the_composite_one_above_it_come_up_go_down_and_tell_sns(
    aws: LocalAws, unique: str, topic: tuple[str, Callable[[], list[dict[str, Any]]]]
) -> None:
    cloudwatch, (arn, told) = aws.client("cloudwatch"), topic
    child, above = f"{unique}-child", f"{unique}-above"
    actions = {"AlarmActions": [arn], "OKActions": [arn]}
    cloudwatch.put_metric_alarm(
        AlarmName=child, Namespace=unique, AlarmDescription="see the runbook", **QUICK, **actions
    )
    cloudwatch.put_composite_alarm(
        AlarmName=above, AlarmRule=f"ALARM({child}) AND NOT INSUFFICIENT_DATA({child})", **actions
    )
    until("the child is fine", lambda: described(aws, child)["StateValue"] == "OK")
    put(aws, unique, 5)
    until("both fire", lambda: [described(aws, n)["StateValue"] for n in (child, above)] == ["ALARM"] * 2)
    assert "5.0" in described(aws, child)["StateReason"]
    assert child in described(aws, above)["StateReason"]
    until("both are over", lambda: [described(aws, n)["StateValue"] for n in (child, above)] == ["OK"] * 2)
    wanted = {(name, state) for name in (child, above) for state in ("ALARM", "OK")}
    until("all is told", lambda: {(m["AlarmName"], m["NewStateValue"]) for m in told()} >= wanted)
    assert next(m for m in told() if m["AlarmName"] == child)["AlarmDescription"] == "see the runbook"


def test_an_alarm_of_one_set_of_dimensions_does_not_hear_of_another(aws: LocalAws, unique: str) -> None:
    cloudwatch = aws.client("cloudwatch")
    mine, others = {"Name": "Environment", "Value": "dev"}, {"Name": "Table", "Value": "raw"}
    cloudwatch.put_metric_alarm(AlarmName=unique, Namespace=unique, Dimensions=[mine], **QUICK)
    put(aws, unique, 5, Dimensions=[mine, others])
    put(aws, unique, 5, Dimensions=[{"Name": "Environment", "Value": "dev2"}])
    put(aws, unique, 5)
    put(aws, unique, 0.5, Dimensions=[mine])
    until("it was looked at", lambda: described(aws, unique)["StateValue"] != "INSUFFICIENT_DATA")
    assert described(aws, unique)["StateValue"] == "OK"
    assert "[0.5 " in described(aws, unique)["StateReason"]


def test_metrics_are_listed_by_some_of_their_dimensions(aws: LocalAws, unique: str) -> None:
    mine, others = {"Name": "Environment", "Value": "dev"}, {"Name": "Table", "Value": "raw"}
    put(aws, unique, 1, Dimensions=[others, mine])
    put(aws, unique, 1, Dimensions=[{"Name": "Environment", "Value": "dev2"}])
    cloudwatch = aws.client("cloudwatch")
    for asked in ([mine], [{"Name": "Table"}], [others, mine]):
        found = cloudwatch.list_metrics(Namespace=unique, Dimensions=asked)["Metrics"]
        assert [sorted(d["Value"] for d in m["Dimensions"]) for m in found] == [["dev", "raw"]]
    assert len(cloudwatch.list_metrics(Namespace=unique)["Metrics"]) == 2


def test_all_values_of_a_call_are_there(aws: LocalAws, unique: str) -> None:
    cloudwatch = aws.client("cloudwatch")
    put(aws, unique, 1)
    several = {"MetricName": "m", "Values": [2.0, 3.0], "Counts": [1, 2]}
    summed = {
        "MetricName": "m",
        "StatisticValues": {"SampleCount": 4, "Sum": 10.0, "Minimum": 0.5, "Maximum": 9.0},
    }
    cloudwatch.put_metric_data(Namespace=unique, MetricData=[several, summed])
    now = datetime.now(UTC).timestamp()
    (found,) = cloudwatch.get_metric_statistics(
        Namespace=unique,
        MetricName="m",
        StartTime=now - 600,
        EndTime=now + 600,
        Period=1200,
        Statistics=["Sum", "Maximum", "Minimum", "SampleCount"],
    )["Datapoints"]
    assert (found["Sum"], found["Maximum"], found["Minimum"], found["SampleCount"]) == (19.0, 9.0, 0.5, 8.0)


def test_a_composite_alarm_is_looked_at_when_it_is_made(aws: LocalAws, unique: str) -> None:
    cloudwatch = aws.client("cloudwatch")
    cloudwatch.put_metric_alarm(AlarmName=f"{unique}-child", Namespace=unique, ActionsEnabled=False, **ALARM)
    cloudwatch.set_alarm_state(AlarmName=f"{unique}-child", StateValue="ALARM", StateReason="for a test")
    cloudwatch.put_composite_alarm(
        AlarmName=unique, AlarmRule=f'ALARM("{unique}-child")', Tags=[{"Key": "a", "Value": "b"}]
    )
    alarm = described(aws, unique)
    assert alarm["StateValue"] == "ALARM"
    assert cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"] == [{"Key": "a", "Value": "b"}]


def test_a_rule_about_an_alarm_that_is_not_there_is_refused(aws: LocalAws, unique: str) -> None:
    with pytest.raises(ClientError, match=f"there is no alarm {unique}-child"):
        aws.client("cloudwatch").put_composite_alarm(AlarmName=unique, AlarmRule=f"ALARM({unique}-child)")


def test_an_alarm_that_is_put_again_keeps_its_state_and_its_tags(aws: LocalAws, unique: str) -> None:
    cloudwatch = aws.client("cloudwatch")
    tags = [{"Key": "app", "Value": "authpulse"}]
    cloudwatch.put_metric_alarm(AlarmName=unique, Namespace=unique, **ALARM | {"TreatMissingData": "ignore"}, Tags=tags)
    arn = described(aws, unique)["AlarmArn"]
    assert cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"] == tags
    cloudwatch.set_alarm_state(AlarmName=unique, StateValue="ALARM", StateReason="for a test")
    changed = ALARM | {"Threshold": 2.0, "TreatMissingData": "ignore"}
    cloudwatch.put_metric_alarm(AlarmName=unique, Namespace=unique, **changed, Tags=[{"Key": "app", "Value": "x"}])
    assert cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"] == tags
    alarm = described(aws, unique)
    assert (alarm["Threshold"], alarm["StateValue"], alarm["StateReason"]) == (2.0, "ALARM", "for a test")


def test_an_alarm_without_tags_has_none(aws: LocalAws, unique: str) -> None:
    cloudwatch = aws.client("cloudwatch")
    cloudwatch.put_metric_alarm(AlarmName=unique, Namespace="n", **ALARM)
    assert cloudwatch.list_tags_for_resource(ResourceARN=described(aws, unique)["AlarmArn"])["Tags"] == []


def test_alarms_are_described_by_name_state_and_type_at_once(aws: LocalAws, unique: str) -> None:
    cloudwatch = aws.client("cloudwatch")
    for name, state in (("a", "ALARM"), ("b", "OK")):
        about = ALARM | {"TreatMissingData": "ignore"}
        cloudwatch.put_metric_alarm(AlarmName=f"{unique}-{name}", Namespace=unique, **about)
        cloudwatch.set_alarm_state(AlarmName=f"{unique}-{name}", StateValue=state, StateReason="for a test")
    cloudwatch.put_composite_alarm(AlarmName=f"{unique}-c", AlarmRule=f"ALARM({unique}-a)")
    ours = {"AlarmNames": [f"{unique}-{n}" for n in "abc"]}

    def names(**asked: Any) -> list[str]:
        answer = cloudwatch.describe_alarms(**ours, **asked)
        return [a["AlarmName"][-1] for a in [*answer["MetricAlarms"], *answer["CompositeAlarms"]]]

    assert names() == ["a", "b"]
    assert names(StateValue="ALARM") == ["a"]
    assert names(StateValue="ALARM", AlarmTypes=["MetricAlarm", "CompositeAlarm"]) == ["a", "c"]
    assert names(AlarmTypes=["CompositeAlarm"]) == ["c"]
