"""What tests ask of the local AWS: faults on demand, and which calls were made."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError

from support.local_aws import LocalAws


@pytest.fixture(autouse=True)
def no_fault_is_left(aws: LocalAws) -> Iterator[None]:
    yield
    aws.ask("DELETE", "/_authpulse/faults")


def code(call: Any, **request: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**request)
    return str(caught.value.response["Error"]["Code"])


def test_a_fault_is_met_as_often_as_it_was_armed(aws: LocalAws, unique: str) -> None:
    kinesis = aws.client("kinesis")
    fault = {"service": "kinesis", "operation": "CreateStream", "error": "LimitExceededException", "times": 2}
    armed = aws.ask("POST", "/_authpulse/faults", fault)["faults"]
    assert [(f["operation"], f["times"]) for f in armed] == [("CreateStream", 2)]
    for _ in range(2):
        assert code(kinesis.create_stream, StreamName=unique, ShardCount=1) == "LimitExceededException"
    assert aws.get("/_authpulse/faults") == {"faults": []}
    kinesis.create_stream(StreamName=unique, ShardCount=1)


def test_a_fault_after_the_effect_leaves_it(aws: LocalAws, unique: str) -> None:
    kinesis = aws.client("kinesis")
    fault = {"service": "kinesis", "operation": "CreateStream", "error": "InternalFailure", "status": 500}
    aws.ask("POST", "/_authpulse/faults", fault | {"after_effect": True, "message": "lost"})
    with pytest.raises(ClientError, match="lost") as caught:
        kinesis.create_stream(StreamName=unique, ShardCount=1)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert unique in kinesis.list_streams(Limit=1000)["StreamNames"]


def test_any_operation_of_a_service_and_no_other_service(aws: LocalAws) -> None:
    aws.ask("POST", "/_authpulse/faults", {"service": "glue", "operation": "*", "error": "ThrottlingException"})
    aws.client("kinesis").list_streams()
    assert code(aws.client("glue").get_databases) == "ThrottlingException"
    aws.client("glue").get_databases()


def test_faults_reach_services_with_xml_too(aws: LocalAws) -> None:
    aws.ask(
        "POST", "/_authpulse/faults", {"service": "s3", "operation": "ListBuckets", "error": "SlowDown", "status": 503}
    )
    assert code(aws.client("s3").list_buckets) == "SlowDown"


def test_a_call_may_only_be_late(aws: LocalAws) -> None:
    aws.ask("POST", "/_authpulse/faults", {"service": "kinesis", "operation": "ListStreams", "delay_seconds": 0.3})
    began = time.monotonic()
    aws.client("kinesis").list_streams()
    assert time.monotonic() - began >= 0.3


def test_faults_are_taken_back(aws: LocalAws) -> None:
    aws.ask("POST", "/_authpulse/faults", {"service": "kinesis", "error": "InternalFailure", "times": 100})
    assert aws.ask("DELETE", "/_authpulse/faults") == {"faults": []}
    aws.client("kinesis").list_streams()


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"error": "X"}, "service: missing"),
        ({"service": "kinesis", "tmies": 1}, "unknown: tmies; there are service, operation,"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(aws: LocalAws, document: dict[str, Any], why: str) -> None:
    answer = requests.post(f"{aws.endpoint}/_authpulse/faults", json=document, timeout=30)
    assert (answer.status_code, why in answer.text) == (400, True), answer.text


def test_calls_are_noted_with_who_what_and_how_it_ended(aws: LocalAws, unique: str) -> None:
    kinesis = aws.client("kinesis", account="333333333333")
    began = time.time()
    kinesis.create_stream(StreamName=unique, ShardCount=1)
    assert code(kinesis.create_stream, StreamName=unique, ShardCount=1) == "ResourceInUseException"
    calls = aws.get(f"/_authpulse/calls?service=kinesis&since={began}")["calls"]
    mine = [c for c in calls if c["access_key"] == "333333333333"]
    assert [(c["operation"], c["status"], c["error"]) for c in mine] == [
        ("CreateStream", 200, None),
        ("CreateStream", 400, "ResourceInUseException"),
    ]
    assert all(c["resource"] == {"StreamName": unique} for c in mine)
    assert {c["principal"] for c in mine} == {"arn:aws:iam::333333333333:root"}
    assert aws.get(f"/_authpulse/calls?service=kinesis&since={time.time() + 60}") == {"calls": []}
    assert aws.get("/_authpulse/calls?service=iam")["calls"] == []
