"""What the operator makes in the local AWS is what the description says: alarms, topic, role, dashboard."""

import json
from typing import Any

from authpulse.foundation import Foundation
from authpulse.foundation.alarms import ALARMS, UNHEALTHY
from authpulse.foundation.roles import roles
from authpulse.foundation.trust import job_trust
from authpulse.names import Names
from authpulse_operator.adapters.aws.foundations import COMPLETE_FOR_SECONDS, AwsFoundations
from authpulse_operator.adapters.aws.session import Session
from doubles.clock import FakeClock
from support.local_aws import REGION, RunningAws


def described(aws: RunningAws, names: Names) -> dict[str, dict[str, Any]]:
    """Alarms by name, with what the request of each says."""
    types = ["MetricAlarm", "CompositeAlarm"]
    answer = aws.client("cloudwatch").describe_alarms(AlarmNamePrefix=names.prefix, AlarmTypes=types)
    return {a["AlarmName"]: a for a in (*answer["MetricAlarms"], *answer["CompositeAlarms"])}


def test_the_alarms_that_are_made_are_those_that_are_described(aws: RunningAws, names: Names) -> None:
    foundation = Foundation(names, shards=1)
    AwsFoundations(aws.session).make(foundation)
    found = described(aws, names)
    wanted = {a["AlarmName"]: a for a in (*foundation.alarms, foundation.composite_alarm)}
    assert found.keys() == wanted.keys()
    assert len(found) == len(ALARMS) + 1
    for name, request in wanted.items():
        assert {key: found[name][key] for key in request} == request
        tags = aws.client("cloudwatch").list_tags_for_resource(ResourceARN=found[name]["AlarmArn"])["Tags"]
        assert {t["Key"]: t["Value"] for t in tags} == foundation.tags
    assert found[UNHEALTHY.name(names)]["AlarmArn"] == names.alarm_arn(UNHEALTHY.kind)


def test_an_alarm_that_has_gone_is_made_again_and_the_others_keep_their_state(aws: RunningAws, names: Names) -> None:
    foundations, foundation = AwsFoundations(aws.session), Foundation(names, shards=1)
    foundations.make(foundation)
    cloudwatch = aws.client("cloudwatch")
    kept, gone = (a.name(names) for a in ALARMS[2:4])
    cloudwatch.set_alarm_state(AlarmName=kept, StateValue="ALARM", StateReason="seen by hand")
    cloudwatch.delete_alarms(AlarmNames=[gone])
    foundations.make(foundation)
    assert foundations.missing(foundation) == ()
    after = described(aws, names)
    assert gone in after
    assert after[kept]["StateReason"] == "seen by hand"


def test_of_older_definitions_those_that_differ_are_put_again_once(aws: RunningAws, names: Names) -> None:
    foundation = Foundation(names, shards=1, ours=True)
    AwsFoundations(aws.session).make(foundation)
    older, kept = ALARMS[2], ALARMS[3]  # without data the first keeps the state that it is set to
    cloudwatch, iam = aws.client("cloudwatch"), aws.client("iam")
    cloudwatch.put_metric_alarm(**{**older.request(names, local=True), "Threshold": 5.0})
    cloudwatch.set_alarm_state(AlarmName=older.name(names), StateValue="ALARM", StateReason="seen by hand")
    before = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
    )
    iam.put_role_policy(RoleName=names.job_role, PolicyName="job", PolicyDocument=before)
    written: list[str] = []

    def note(_service: str, operation: str, status: str) -> None:
        if not operation.startswith(("Describe", "Get", "List", "Head")):
            written.append(operation)

    foundations = AwsFoundations(Session(REGION, aws.endpoint, on_call=note))
    foundations.make(foundation)
    assert written == ["CreateRole", "PutRolePolicy", "PutMetricAlarm"]  # the role is there: CreateRole is refused
    found = described(aws, names)
    assert found[older.name(names)]["Threshold"] == older.threshold
    assert found[older.name(names)]["StateReason"] == "seen by hand"
    assert found[kept.name(names)]["Threshold"] == kept.threshold
    policy = iam.get_role_policy(RoleName=names.job_role, PolicyName="job")["PolicyDocument"]
    assert policy == json.loads(foundation.job_policy)
    written.clear()
    foundations.make(foundation)
    AwsFoundations(foundations._session).make(foundation)  # and a program that begins finds nothing to do
    assert written == []


def test_what_is_changed_by_hand_stays_until_a_program_begins(aws: RunningAws, names: Names) -> None:
    """So that no answer that is misread is put right for ever."""
    clock, foundation = FakeClock(), Foundation(names, shards=1, ours=True)
    foundations = AwsFoundations(aws.session, now=clock.now)
    foundations.make(foundation)
    by_hand = {**ALARMS[3].request(names, local=True), "Threshold": 5.0}
    aws.client("cloudwatch").put_metric_alarm(**by_hand)
    clock.pass_time(COMPLETE_FOR_SECONDS)
    assert foundations.missing(foundation) == ()
    assert AwsFoundations(aws.session).missing(foundation) == (f"alarms {names.alarm('*')}",)


def test_the_jobs_role_says_what_is_described(aws: RunningAws, names: Names) -> None:
    AwsFoundations(aws.session).make(Foundation(names, shards=1))
    iam = aws.client("iam")
    policy = iam.get_role_policy(RoleName=names.job_role, PolicyName="job")["PolicyDocument"]
    assert policy == roles(names)[0].policy()
    assert iam.get_role(RoleName=names.job_role)["Role"]["AssumeRolePolicyDocument"] == job_trust(names)


def test_topic_and_dashboard_are_there_under_their_names(aws: RunningAws, names: Names) -> None:
    foundation = Foundation(names, shards=1)
    AwsFoundations(aws.session).make(foundation)
    topic = aws.client("sns").get_topic_attributes(TopicArn=names.alarm_topic_arn)["Attributes"]
    assert topic["TopicArn"] == names.alarm_topic_arn
    body = aws.client("cloudwatch").get_dashboard(DashboardName=names.dashboard)["DashboardBody"]
    assert json.loads(body) == json.loads(foundation.dashboard)
