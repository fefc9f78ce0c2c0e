"""Which permissions calls need, and which ones roles are seen to use."""

import json
from typing import Any

import pytest

from authpulse_localstack.control.permissions import Asked, needs_of
from authpulse_localstack.kinesis.iterators import Iterator
from support.flink_job import until
from support.local_aws import ACCOUNT, REGION, LocalAws

BUCKET, GLUE = "arn:aws:s3:::b", f"arn:aws:glue:{REGION}:{ACCOUNT}"
STREAM = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/s"
APPLICATION = f"arn:aws:kinesisanalytics:{REGION}:{ACCOUNT}:application/a"
ALARM, TOPIC = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:a", f"arn:aws:sns:{REGION}:{ACCOUNT}:t"
LOGS = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:g"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/r"
TAGS = [{"Key": "a", "Value": "b"}]
ITERATOR = Iterator("s", 1.0, "shardId-000000000000", 0, 1.0).encode()


def needs(service: str, operation: str, request: dict[str, Any], status: int = 200) -> list[tuple[str, str]]:
    return [tuple(n) for n in needs_of(service, Asked(operation, request, ACCOUNT, REGION, status))]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("service", "operation", "request_", "wanted"),
    [
        ("kinesis", "PutRecords", {"StreamName": "s"}, [("kinesis:PutRecords", STREAM)]),
        ("kinesis", "ListShards", {"StreamARN": STREAM}, [("kinesis:ListShards", STREAM)]),
        ("kinesis", "GetRecords", {"ShardIterator": ITERATOR}, [("kinesis:GetRecords", STREAM)]),
        ("s3", "HeadBucket", {"Bucket": "b"}, [("s3:ListBucket", BUCKET)]),
        ("s3", "UploadPart", {"Bucket": "b", "Key": "a/k"}, [("s3:PutObject", f"{BUCKET}/a/k")]),
        (
            "s3",
            "DeleteObjects",
            {"Bucket": "b", "Delete": {"Objects": [{"Key": "1"}, {"Key": "2"}]}},
            [("s3:DeleteObject", f"{BUCKET}/1"), ("s3:DeleteObject", f"{BUCKET}/2")],
        ),
        (
            "s3",
            "CopyObject",
            {"Bucket": "b", "Key": "k", "CopySource": "other/x"},
            [("s3:PutObject", f"{BUCKET}/k"), ("s3:GetObject", "arn:aws:s3:::other/x")],
        ),
        (
            "glue",
            "UpdateTable",
            {"DatabaseName": "d", "TableInput": {"Name": "t"}},
            [("glue:UpdateTable", f"{GLUE}:{end}") for end in ("catalog", "database/d", "table/d/t")],
        ),
        (
            "glue",
            "GetTables",
            {"DatabaseName": "d"},
            [("glue:GetTables", f"{GLUE}:{end}") for end in ("catalog", "database/d", "table/d/*")],
        ),
        (
            "glue",
            "GetDatabase",
            {"Name": "d"},
            [("glue:GetDatabase", f"{GLUE}:{end}") for end in ("catalog", "database/d")],
        ),
        (
            "kinesisanalyticsv2",
            "CreateApplication",
            {"ApplicationName": "a", "ServiceExecutionRole": ROLE, "Tags": TAGS},
            [
                ("kinesisanalytics:CreateApplication", APPLICATION),
                ("kinesisanalytics:TagResource", APPLICATION),
                ("iam:PassRole", ROLE),
            ],
        ),
        ("logs", "DescribeLogGroups", {}, [("logs:DescribeLogGroups", "*")]),
        ("logs", "DescribeLogStreams", {"logGroupName": "g"}, [("logs:DescribeLogStreams", f"{LOGS}:*")]),
        (
            "logs",
            "PutLogEvents",
            {"logGroupName": "g", "logStreamName": "s"},
            [("logs:PutLogEvents", f"{LOGS}:log-stream:s")],
        ),
        (
            "cloudwatch",
            "PutMetricAlarm",
            {"AlarmName": "a", "Tags": TAGS},
            [("cloudwatch:PutMetricAlarm", ALARM), ("cloudwatch:TagResource", ALARM)],
        ),
        ("cloudwatch", "PutMetricData", {"Namespace": "n"}, [("cloudwatch:PutMetricData", "*")]),
        ("sns", "CreateTopic", {"Name": "t"}, [("sns:CreateTopic", TOPIC)]),
        ("iam", "GetRolePolicy", {"RoleName": "r"}, [("iam:GetRolePolicy", ROLE)]),
        (
            "athena",
            "StartQueryExecution",
            {"WorkGroup": "w"},
            [("athena:StartQueryExecution", f"arn:aws:athena:{REGION}:{ACCOUNT}:workgroup/w")],
        ),
        ("sts", "GetCallerIdentity", {}, []),
        ("sqs", "SendMessage", {}, [("sqs:SendMessage", "*")]),
    ],
)
def test_a_call_needs(service: str, operation: str, request_: dict[str, Any], wanted: list[tuple[str, str]]) -> None:
    assert needs(service, operation, request_) == wanted


def test_to_be_told_that_an_object_is_not_there_one_has_to_be_allowed_to_list() -> None:
    asked = {"Bucket": "b", "Key": "k"}
    assert needs("s3", "HeadObject", asked) == [("s3:GetObject", f"{BUCKET}/k")]
    assert needs("s3", "GetObject", asked, 404) == [("s3:GetObject", f"{BUCKET}/k"), ("s3:ListBucket", BUCKET)]


def test_what_a_role_does_is_known_by_its_name(aws: LocalAws, unique: str) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/{unique}"
    keys = aws.client("sts").assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
    kinesis = aws.client("kinesis", account=keys["AccessKeyId"])
    kinesis.create_stream(StreamName=unique, ShardCount=1)
    for _ in range(2):
        kinesis.put_records(StreamName=unique, Records=[{"PartitionKey": "k", "Data": b"d"}])
    used = [p for p in aws.get("/_authpulse/permissions")["permissions"] if p["role"] == role]
    stream = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{unique}"
    assert [(p["action"], p["resource"], p["calls"]) for p in used] == [
        ("kinesis:CreateStream", stream, 1),
        ("kinesis:PutRecords", stream, 2),
    ]
    (created,) = [
        c
        for c in aws.get("/_authpulse/calls?service=kinesis")["calls"]
        if (c["operation"], c["resource"].get("StreamName")) == ("CreateStream", unique)
    ]
    assert created["principal"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/{unique}/me"


def _state(athena: Any, query: str) -> str:
    return str(athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]["State"])


def test_a_query_reads_tables_and_writes_results_with_the_rights_of_whoever_asks(aws: LocalAws, unique: str) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/{unique}"
    keys = aws.client("sts").assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
    aws.client("s3").create_bucket(Bucket=unique)
    athena = aws.client("athena", account=keys["AccessKeyId"])
    query = athena.start_query_execution(
        QueryString="SELECT 1", ResultConfiguration={"OutputLocation": f"s3://{unique}/results/"}
    )["QueryExecutionId"]
    until(lambda: _state(athena, query) == "SUCCEEDED", "an answer")
    used = {
        (p["action"], p["resource"]) for p in aws.get("/_authpulse/permissions")["permissions"] if p["role"] == role
    }
    group = f"arn:aws:athena:{REGION}:{ACCOUNT}:workgroup/primary"
    assert used >= {
        ("athena:StartQueryExecution", group),
        ("athena:GetQueryExecution", group),
        ("s3:PutObject", f"arn:aws:s3:::{unique}/results/{query}.csv"),
    }


def test_what_nobody_in_particular_does_is_no_use_of_a_permission(aws: LocalAws, unique: str) -> None:
    aws.client("kinesis", account="444444444444").create_stream(StreamName=unique, ShardCount=1)
    assert unique not in json.dumps(aws.get("/_authpulse/permissions"))
