"""The alarms of the runbook: names and meanings that were agreed, and two renderings of one meaning."""

import pytest

from authpulse.foundation import metrics
from authpulse.foundation.alarms import ALARMS, FAILED_CHECKPOINTS, UNHEALTHY, Alarm
from authpulse.names import Names
from authpulse_operator.core.world import AlarmKind

NAMES = Names("dev", "111122223333", "eu-west-1")
AGREED = {
    "authpulse-dev-kinesis-iterator-age-high": {
        "MetricName": "GetRecords.IteratorAgeMilliseconds",
        "Dimensions": [{"Name": "StreamName", "Value": "authpulse-dev-auth-events"}],
        "Statistic": "Maximum",
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "Threshold": 300_000,
        "Period": 60,
        "EvaluationPeriods": 3,
        "DatapointsToAlarm": 3,
    },
    "authpulse-dev-dq-invalid-record-percent-high": {
        "Namespace": "Authpulse/DQ",
        "MetricName": "InvalidRecordPercent",
        "Dimensions": [{"Name": "Environment", "Value": "dev"}],
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 0.1,
    },
}

each = pytest.mark.parametrize("alarm", ALARMS, ids=lambda alarm: alarm.kind)


@pytest.mark.parametrize("local", [True, False], ids=["local AWS", "AWS"])
@pytest.mark.parametrize("name", AGREED)
def test_names_and_numbers_are_those_that_were_agreed(name: str, local: bool) -> None:
    requests = {a.name(NAMES): a.request(NAMES, local=local) for a in ALARMS}
    assert {key: requests[name][key] for key in AGREED[name]} == AGREED[name]


def test_failing_checkpoints_are_their_growth_on_either_aws() -> None:
    on_aws = FAILED_CHECKPOINTS.request(NAMES, local=False)
    counted = {q["Id"]: q for q in on_aws["Metrics"]}
    assert counted["answer"]["Expression"] == "DIFF(failed)"
    assert counted["failed"]["MetricStat"]["Metric"]["MetricName"] == "numberOfFailedCheckpoints"
    assert "MetricName" not in on_aws
    locally = FAILED_CHECKPOINTS.request(NAMES, local=True)
    assert locally["MetricName"] == "numberOfFailedCheckpointsPerMinute"
    assert on_aws["AlarmName"] == locally["AlarmName"] == "authpulse-dev-flink-failed-checkpoints-rate"
    assert on_aws["Threshold"] == locally["Threshold"] == 0


@each
def test_the_local_aws_evaluates_every_alarm(alarm: Alarm) -> None:
    request = alarm.request(NAMES, local=True)
    assert {"Namespace", "MetricName", "Statistic", "Period", "Threshold"} <= request.keys()
    assert request["EvaluationPeriods"] == request["DatapointsToAlarm"]


@each
def test_what_only_the_local_aws_publishes_no_alarm_on_aws_reads(alarm: Alarm) -> None:
    request = alarm.request(NAMES, local=False)
    read = {request.get("MetricName")} | {
        q["MetricStat"]["Metric"]["MetricName"] for q in request.get("Metrics", []) if "MetricStat" in q
    }
    made_up = {m.name for m in metrics.ALL if "the local AWS only" in m.meaning}
    assert made_up
    assert not read & made_up


@each
@pytest.mark.parametrize("local", [True, False], ids=["local AWS", "AWS"])
def test_metric_math_returns_one_value_and_knows_its_inputs(alarm: Alarm, local: bool) -> None:
    queries = alarm.request(NAMES, local=local).get("Metrics", [])
    assert [q["Id"] for q in queries if q["ReturnData"]] == ["answer"][: len(queries)]
    for query in queries[1:]:
        assert query["Id"] in queries[0]["Expression"]


@each
def test_every_alarm_tells_the_topic_and_says_where_the_runbook_is(alarm: Alarm) -> None:
    request = alarm.request(NAMES, local=False)
    topic = ["arn:aws:sns:eu-west-1:111122223333:authpulse-dev-alarms"]
    assert request["AlarmActions"] == request["OKActions"] == topic
    assert request["AlarmDescription"].endswith(f"docs/runbook.md#{alarm.kind}")
    assert alarm.because


def test_the_pipeline_is_unhealthy_when_any_alarm_fires() -> None:
    rule = UNHEALTHY.request(NAMES)["AlarmRule"]
    assert rule.split(" OR ") == [f'ALARM("{NAMES.alarm_arn(a.kind)}")' for a in ALARMS]


def test_kinds_are_unique_and_the_operator_acts_on_alarms_that_exist() -> None:
    kinds = [a.kind for a in (*ALARMS, UNHEALTHY)]
    assert len(kinds) == len(set(kinds))
    assert {k.value for k in AlarmKind} <= set(kinds)
