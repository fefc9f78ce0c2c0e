"""What the pipeline asks of the local AWS from end to end, and that a graceful stop keeps it."""

import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest
from pyiceberg.exceptions import CommitFailedException
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import DayTransform
from pyiceberg.types import IntegerType, ListType, NestedField, StringType, TimestampType

from support.athena import Athena
from support.lake import glue_catalog
from support.local_aws import LocalAws

SCHEMA = Schema(
    NestedField(1, "event_id", StringType(), required=True),
    NestedField(2, "event_time", TimestampType(), required=True),
    NestedField(3, "user_id", StringType(), required=True),
    NestedField(4, "source_host", StringType(), required=False),
    NestedField(5, "risk_score", IntegerType(), required=True),
    NestedField(6, "rules", ListType(506, StringType(), element_required=False), required=True),
)
BY_DAY = PartitionSpec(PartitionField(2, 1000, DayTransform(), "event_time_day"))
ARROW = pa.schema(
    [
        pa.field("event_id", pa.string(), nullable=False),
        pa.field("event_time", pa.timestamp("us"), nullable=False),
        pa.field("user_id", pa.string(), nullable=False),
        pa.field("source_host", pa.string()),
        pa.field("risk_score", pa.int32(), nullable=False),
        pa.field("rules", pa.list_(pa.string()), nullable=False),
    ]
)


def events(*rows: tuple[str, datetime, str, str | None, int, list[str]]) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(ARROW.names, row, strict=True)) for row in rows], ARROW)


EVENTS = events(
    ("e1", datetime(2026, 3, 1, 8, 0, 0, 123000), "U1@DOM1", "C1", 60, ["FAILURE_BURST", "NEW_HOST"]),
    ("e2", datetime(2026, 3, 1, 8, 0, 1), "U2@DOM1", None, 0, []),
    ("e3", datetime(2026, 3, 2, 0, 0, 0), "U1@DOM1", "C2", 10, ["NEW_HOST"]),
)


@pytest.fixture(scope="module")
def lake(aws: LocalAws) -> Athena:
    """A database with a table `events` and a bucket for results."""
    name = "needs"
    aws.client("s3").create_bucket(Bucket=f"{name}-bucket")
    catalog = glue_catalog(aws)
    catalog.create_namespace(name)
    location = f"s3://{name}-bucket/warehouse/events"
    table = catalog.create_table((name, "events"), SCHEMA, location=location, partition_spec=BY_DAY)
    table.append(EVENTS)
    return Athena(aws, name, f"s3://{name}-bucket/results")


def test_a_table_filled_by_pyiceberg_is_counted_by_athena(lake: Athena) -> None:
    assert lake.value("count(*) FROM events") == "3"


def test_timestamps_arrays_and_nulls_come_as_athena_prints_them(lake: Athena) -> None:
    answer = lake.query("SELECT event_id, event_time, source_host, risk_score, rules FROM events ORDER BY event_id")
    assert answer.columns == ("event_id", "event_time", "source_host", "risk_score", "rules")
    assert answer.types == ("varchar", "timestamp", "varchar", "integer", "array")
    assert answer.rows == [
        ("e1", "2026-03-01 08:00:00.123000", "C1", "60", "[FAILURE_BURST, NEW_HOST]"),
        ("e2", "2026-03-01 08:00:01.000000", None, "0", "[]"),
        ("e3", "2026-03-02 00:00:00.000000", "C2", "10", "[NEW_HOST]"),
    ]


def test_rows_are_grouped_and_ordered(lake: Athena) -> None:
    sql = "SELECT user_id, count(*) AS n, max(risk_score) FROM events GROUP BY user_id ORDER BY n DESC, user_id"
    assert lake.rows(sql) == [("U1@DOM1", "2", "60"), ("U2@DOM1", "1", "0")]


def test_counts_of_several_tables_come_in_one_answer(lake: Athena) -> None:
    sql = "SELECT 'all' AS name, count(*) AS n FROM events WHERE source_host LIKE 'C%' UNION ALL SELECT 'none', 0"
    assert sorted(lake.rows(sql)) == [("all", "2"), ("none", "0")]


def test_a_work_group_says_where_results_go(aws: LocalAws, lake: Athena, unique: str) -> None:
    lake.client.create_work_group(
        Name=unique,
        Tags=[{"Key": "app", "Value": "authpulse"}],
        Configuration={
            "EnforceWorkGroupConfiguration": True,
            "ResultConfiguration": {"OutputLocation": f"s3://needs-bucket/{unique}/"},
        },
    )
    asked = Athena(aws, "needs", "", work_group=unique)
    answer = asked.query("SELECT count(*) AS n FROM events", ResultConfiguration={})
    location = answer.execution["ResultConfiguration"]["OutputLocation"]
    assert location == f"s3://needs-bucket/{unique}/{answer.execution['QueryExecutionId']}.csv"
    body = aws.client("s3").get_object(Bucket="needs-bucket", Key=location.removeprefix("s3://needs-bucket/"))["Body"]
    assert body.read() == b'"n"\n"3"\n'


def test_writers_at_once_lose_no_rows(aws: LocalAws, unique: str) -> None:
    """Glue refuses the slower one, PyIceberg says so, and the writer tries again: as Flink's committer does."""
    catalog = glue_catalog(aws)
    catalog.create_namespace(unique)
    catalog.create_table((unique, "events"), SCHEMA, location=f"s3://needs-bucket/{unique}", partition_spec=BY_DAY)
    refused = []

    def write(writer: int) -> None:
        mine = glue_catalog(aws)
        for number in range(5):
            row = (f"w{writer}-{number}", datetime(2026, 3, 1), "U", None, 0, [])
            while True:
                try:
                    mine.load_table((unique, "events")).append(events(row))
                    break
                except CommitFailedException as error:
                    refused.append(error)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, range(2)))
    written = catalog.load_table((unique, "events")).scan().to_arrow()["event_id"].to_pylist()
    assert sorted(written) == sorted(f"w{w}-{n}" for w in range(2) for n in range(5)), f"{len(refused)} refused"


@pytest.mark.timeout(400)  # three starts
def test_a_stop_keeps_everything_and_a_kill_loses_it(own_aws: Callable[..., LocalAws], tmp_path: Path) -> None:
    aws = own_aws(state=tmp_path / "state")
    kinesis, s3, iam = aws.client("kinesis"), aws.client("s3"), aws.client("iam")
    kinesis.create_stream(StreamName="events", ShardCount=1)
    put = kinesis.put_record(StreamName="events", PartitionKey="U1", Data=b"one")
    s3.create_bucket(Bucket="kept")
    s3.put_object(Bucket="kept", Key="code/a.zip", Body=b"\x00zip", Metadata={"sha": "abc"})
    iam.create_role(RoleName="job", AssumeRolePolicyDocument="{}")
    logs = aws.client("logs")
    logs.create_log_group(logGroupName="group")
    logs.create_log_stream(logGroupName="group", logStreamName="stream")
    now = int(time.time() * 1000)
    logs.put_log_events(
        logGroupName="group", logStreamName="stream", logEvents=[{"timestamp": now, "message": "hello"}]
    )
    catalog = glue_catalog(aws)
    catalog.create_namespace("lake")
    catalog.create_table(("lake", "events"), SCHEMA, location="s3://kept/warehouse/events").append(EVENTS)
    aws.client("athena").create_work_group(
        Name="queries", Configuration={"ResultConfiguration": {"OutputLocation": "s3://kept/results/"}}
    )
    before = Athena(aws, "lake", "", work_group="queries")
    asked = before.query("SELECT count(*) FROM events", ResultConfiguration={}).execution["QueryExecutionId"]
    incarnation = aws.get("/_authpulse/incarnation")
    assert incarnation["loaded"] is False
    assert aws.stop() == 0, aws.log.read_text()

    aws.start()
    assert aws.get("/_authpulse/incarnation") == {"id": incarnation["id"], "loaded": True}
    iterator = kinesis.get_shard_iterator(
        StreamName="events", ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    records = kinesis.get_records(ShardIterator=iterator)["Records"]
    assert [(r["Data"], r["SequenceNumber"]) for r in records] == [(b"one", put["SequenceNumber"])]
    kept = s3.get_object(Bucket="kept", Key="code/a.zip")
    assert (kept["Body"].read(), kept["Metadata"]) == (b"\x00zip", {"sha": "abc"})
    assert iam.get_role(RoleName="job")["Role"]["RoleName"] == "job"
    assert logs.get_log_events(logGroupName="group", logStreamName="stream")["events"][0]["message"] == "hello"
    assert before.query("SELECT count(*) FROM events", ResultConfiguration={}).value == "3"
    assert before.fetch(before.wait(asked)).value == "3"
    glue_catalog(aws).load_table(("lake", "events")).append(EVENTS)
    assert before.query("SELECT count(*) FROM events", ResultConfiguration={}).value == "6"

    aws.kill()
    aws.start()
    again = aws.get("/_authpulse/incarnation")
    assert again["loaded"] is False
    assert again["id"] != incarnation["id"]
    assert kinesis.list_streams()["StreamNames"] == []
    assert s3.list_buckets()["Buckets"] == []


def test_a_taken_port_is_one_line_and_exit_code_5(aws: LocalAws, tmp_path: Path) -> None:
    second = LocalAws(tmp_path / "state", port=aws.port)
    ended = subprocess.run(second.command(), cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 5
    assert ended.stderr == f"127.0.0.1:{aws.port} is taken; choose another --port\n"
    assert ended.stdout == ""
