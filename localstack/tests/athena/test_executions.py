"""An execution from its start to its results: states, stopping, pages, files in S3, work groups, statistics."""

import time
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.athena import Athena, QueryFailed
from support.local_aws import LocalAws

BUCKET = "athena-tests"
# no answer comes from this before it is stopped
ENDLESS = (
    "SELECT count(*) FROM UNNEST(sequence(1, 10000)) a(x) CROSS JOIN UNNEST(sequence(1, 10000)) b(y) "
    "CROSS JOIN UNNEST(sequence(1, 10000)) c(z) WHERE (x * y + z) % 7 = 1"
)


def body(aws: LocalAws, location: str) -> bytes:
    """An object by its s3:// location."""
    bucket, _, key = location.removeprefix("s3://").partition("/")
    data: bytes = aws.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    return data


def test_an_execution_says_all_about_itself(athena: Athena) -> None:
    answer = athena.query("SELECT 1 AS x")
    execution = answer.execution
    query = execution["QueryExecutionId"]
    assert execution["Query"] == "SELECT 1 AS x"
    assert (execution["StatementType"], execution["SubstatementType"]) == ("DML", "SELECT")
    assert execution["QueryExecutionContext"] == {"Database": "tests"}
    assert execution["WorkGroup"] == "primary"
    assert execution["EngineVersion"]["EffectiveEngineVersion"] == "Athena engine version 3"
    assert execution["ResultConfiguration"] == {"OutputLocation": f"{athena.output}/{query}.csv"}
    assert execution["Status"]["SubmissionDateTime"] <= execution["Status"]["CompletionDateTime"]
    statistics = execution["Statistics"]
    assert statistics["DataScannedInBytes"] == 0
    assert statistics["TotalExecutionTimeInMillis"] >= statistics["QueryQueueTimeInMillis"]
    timeline = athena.client.get_query_runtime_statistics(QueryExecutionId=query)["QueryRuntimeStatistics"]
    assert timeline["Rows"]["OutputRows"] == 1
    assert timeline["Timeline"]["TotalExecutionTimeInMillis"] == statistics["TotalExecutionTimeInMillis"]


def test_results_are_a_csv_in_which_null_and_nothing_differ(aws: LocalAws, athena: Athena) -> None:
    answer = athena.query("""SELECT NULL AS a, '' AS b, 'say "hi", you' AS c, 'x\ny' AS "d e" """)
    assert answer.rows == [(None, "", 'say "hi", you', "x\ny")]
    location = answer.execution["ResultConfiguration"]["OutputLocation"]
    assert body(aws, location) == b'"a","b","c","d e"\n,"","say ""hi"", you","x\ny"\n'
    assert body(aws, f"{location}.metadata")


def test_results_of_other_statements_are_text(aws: LocalAws, athena: Athena) -> None:
    answer = athena.query("SHOW DATABASES LIKE 'tests'")
    location = answer.execution["ResultConfiguration"]["OutputLocation"]
    assert location.endswith(".txt")
    assert body(aws, location) == b"tests\n"


def test_results_come_in_pages_with_the_names_in_the_first_row(athena: Athena) -> None:
    query = athena.start("SELECT x FROM UNNEST(sequence(1, 2500)) t(x) ORDER BY x")
    athena.wait(query)
    pages, token = [], {}
    while True:
        page = athena.client.get_query_results(QueryExecutionId=query, **token)
        pages.append([row["Data"][0]["VarCharValue"] for row in page["ResultSet"]["Rows"]])
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert [len(p) for p in pages] == [1000, 1000, 501]
    assert [v for p in pages for v in p] == ["x", *map(str, range(1, 2501))]
    small = athena.client.get_query_results(QueryExecutionId=query, MaxResults=2)
    assert [r["Data"][0]["VarCharValue"] for r in small["ResultSet"]["Rows"]] == ["x", "1"]
    with pytest.raises(ClientError, match="MaxResults"):
        athena.client.get_query_results(QueryExecutionId=query, MaxResults=1001)
    with pytest.raises(ClientError, match="NextToken is invalid"):
        athena.client.get_query_results(QueryExecutionId=query, NextToken="nonsense")


def test_a_running_query_is_stopped(athena: Athena) -> None:
    query = athena.start(ENDLESS)
    deadline = time.monotonic() + 30
    while athena.client.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]["State"] != "RUNNING":
        assert time.monotonic() < deadline
        time.sleep(0.01)
    with pytest.raises(ClientError, match="Query has not yet finished. Current state: RUNNING"):
        athena.client.get_query_results(QueryExecutionId=query)
    athena.client.stop_query_execution(QueryExecutionId=query)
    execution = athena.wait(query)
    assert execution["Status"]["State"] == "CANCELLED"
    assert execution["Status"]["StateChangeReason"] == "Query cancelled by user"
    with pytest.raises(ClientError, match="Final query state: CANCELLED"):
        athena.client.get_query_results(QueryExecutionId=query)
    athena.client.stop_query_execution(QueryExecutionId=query)  # again is no error
    assert athena.value("1") == "1"


def test_the_same_token_starts_a_query_once(athena: Athena) -> None:
    token = uuid.uuid4().hex
    first = athena.start("SELECT 1", ClientRequestToken=token)
    assert athena.start("SELECT 1", ClientRequestToken=token) == first
    with pytest.raises(ClientError, match="[Ii]dempotent"):
        athena.start("SELECT 2", ClientRequestToken=token)


def test_executions_are_listed_latest_first_and_got_in_batches(athena: Athena, unique: str) -> None:
    athena.client.create_work_group(Name=unique)
    group = Athena(athena.aws, "tests", athena.output, work_group=unique)
    queries = [group.query(f"SELECT {n}").execution["QueryExecutionId"] for n in range(3)]
    first = athena.client.list_query_executions(WorkGroup=unique, MaxResults=2)
    rest = athena.client.list_query_executions(WorkGroup=unique, NextToken=first["NextToken"])
    assert first["QueryExecutionIds"] + rest["QueryExecutionIds"] == queries[::-1]
    batch = athena.client.batch_get_query_execution(QueryExecutionIds=[queries[0], "nope"])
    assert [e["QueryExecutionId"] for e in batch["QueryExecutions"]] == [queries[0]]
    assert [e["QueryExecutionId"] for e in batch["UnprocessedQueryExecutionIds"]] == ["nope"]


def group_of(athena: Athena, name: str) -> Any:
    return athena.client.get_work_group(WorkGroup=name)["WorkGroup"]


def test_a_work_group_comes_changes_and_goes(athena: Athena, unique: str) -> None:
    athena.client.create_work_group(
        Name=unique,
        Description="d",
        Tags=[{"Key": "a", "Value": "1"}],
        Configuration={"ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/{unique}/"}},
    )
    with pytest.raises(ClientError, match="WorkGroup is already created"):
        athena.client.create_work_group(Name=unique)
    group = group_of(athena, unique)
    assert (group["State"], group["Description"]) == ("ENABLED", "d")
    assert group["Configuration"]["EnforceWorkGroupConfiguration"] is True
    arn = f"arn:aws:athena:us-east-1:000000000000:workgroup/{unique}"
    assert athena.client.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "a", "Value": "1"}]
    athena.client.update_work_group(
        WorkGroup=unique,
        State="DISABLED",
        ConfigurationUpdates={"BytesScannedCutoffPerQuery": 10_000_000, "EnforceWorkGroupConfiguration": False},
    )
    group = group_of(athena, unique)
    assert group["State"] == "DISABLED"
    assert group["Configuration"]["BytesScannedCutoffPerQuery"] == 10_000_000
    assert group["Configuration"]["ResultConfiguration"]["OutputLocation"] == f"s3://{BUCKET}/{unique}/"
    with pytest.raises(ClientError, match="disabled|DISABLED"):
        Athena(athena.aws, "tests", athena.output, work_group=unique).start("SELECT 1")
    assert unique in {g["Name"] for g in athena.client.list_work_groups()["WorkGroups"]}
    athena.client.delete_work_group(WorkGroup=unique)
    with pytest.raises(ClientError, match=f"WorkGroup {unique} is not found"):
        group_of(athena, unique)


def test_an_enforced_place_wins_over_the_clients(athena: Athena, unique: str) -> None:
    athena.client.create_work_group(
        Name=unique,
        Configuration={
            "EnforceWorkGroupConfiguration": True,
            "ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/{unique}"},
        },
    )
    group = Athena(athena.aws, "tests", athena.output, work_group=unique)
    location = group.query("SELECT 1").execution["ResultConfiguration"]["OutputLocation"]
    assert location.startswith(f"s3://{BUCKET}/{unique}/")
    athena.client.update_work_group(WorkGroup=unique, ConfigurationUpdates={"EnforceWorkGroupConfiguration": False})
    location = group.query("SELECT 1").execution["ResultConfiguration"]["OutputLocation"]
    assert location.startswith(f"{athena.output}/")


def test_a_query_that_would_scan_too_much_is_cancelled(athena: Athena, unique: str, location: str) -> None:
    athena.query(
        f"CREATE TABLE {unique} WITH (table_type = 'ICEBERG', is_external = false, location = '{location}') AS "
        "SELECT x, to_hex(sha256(to_utf8(CAST(x AS varchar)))) AS h FROM UNNEST(sequence(1, 10000)) a(x)"
    )
    client = athena.aws.client("athena", parameter_validation=False)  # AWS takes 10 MB or more
    client.create_work_group(Name=unique, Configuration={"BytesScannedCutoffPerQuery": 100_000})
    group = Athena(athena.aws, "tests", athena.output, work_group=unique)
    assert group.value(f"count(*) FROM {unique}") == "10000"
    with pytest.raises(QueryFailed, match="Bytes scanned limit was exceeded"):
        group.query(f"SELECT max(h) FROM {unique}")


def test_prepared_statements_are_executed_with_values(athena: Athena, unique: str) -> None:
    athena.client.create_prepared_statement(
        StatementName=unique, WorkGroup="primary", QueryStatement="SELECT ? + 1, ?", Description="d"
    )
    assert athena.rows(f"EXECUTE {unique} USING 41, 'it''s'") == [("42", "it's")]
    assert athena.query(f"EXECUTE {unique}", ExecutionParameters=["1", "date '2026-01-01'"]).rows == [
        ("2", "2026-01-01")
    ]
    with pytest.raises(ClientError, match="Incorrect number of parameters: expected 2 but found 1"):
        athena.start(f"EXECUTE {unique} USING 1")
    got = athena.client.get_prepared_statement(StatementName=unique, WorkGroup="primary")["PreparedStatement"]
    assert got["QueryStatement"] == "SELECT ? + 1, ?"
    athena.client.update_prepared_statement(StatementName=unique, WorkGroup="primary", QueryStatement="SELECT ?")
    assert athena.rows(f"EXECUTE {unique} USING 5") == [("5",)]
    listed = athena.client.list_prepared_statements(WorkGroup="primary")["PreparedStatements"]
    assert unique in {s["StatementName"] for s in listed}
    athena.client.delete_prepared_statement(StatementName=unique, WorkGroup="primary")
    with pytest.raises(ClientError, match="not found|does not exist|not_found"):
        athena.start(f"EXECUTE {unique} USING 5")


def test_prepare_and_deallocate_are_statements_too(athena: Athena, unique: str) -> None:
    athena.query(f"PREPARE {unique} FROM SELECT x FROM (VALUES 1, 2) t(x) WHERE x > ?")
    assert athena.rows(f"EXECUTE {unique} USING 1") == [("2",)]
    athena.query(f"DEALLOCATE PREPARE {unique}")
    with pytest.raises(ClientError):
        athena.start(f"EXECUTE {unique} USING 1")


def test_parameters_are_values_not_text(athena: Athena) -> None:
    answer = athena.query("SELECT ?, ? = 'a'", ExecutionParameters=["'; DROP TABLE x'", "'a'"])
    assert answer.rows == [("; DROP TABLE x", "true")]
    with pytest.raises(ClientError, match="Incorrect number of parameters: expected 1 but found 0"):
        athena.start("SELECT ?")


def test_named_queries_are_kept(athena: Athena, unique: str) -> None:
    made = athena.client.create_named_query(Name=unique, Database="tests", QueryString="SELECT 1", Description="d")
    query = made["NamedQueryId"]
    got = athena.client.get_named_query(NamedQueryId=query)["NamedQuery"]
    assert (got["Name"], got["Database"], got["QueryString"], got["WorkGroup"]) == (
        unique,
        "tests",
        "SELECT 1",
        "primary",
    )
    assert query in athena.client.list_named_queries()["NamedQueryIds"]
    athena.client.update_named_query(NamedQueryId=query, Name=unique, QueryString="SELECT 2")
    batch = athena.client.batch_get_named_query(NamedQueryIds=[query])["NamedQueries"]
    assert [q["QueryString"] for q in batch] == ["SELECT 2"]
    athena.client.delete_named_query(NamedQueryId=query)
    with pytest.raises(ClientError):
        athena.client.get_named_query(NamedQueryId=query)


def test_what_is_not_offered_is_said_so(athena: Athena) -> None:
    with pytest.raises(ClientError, match="StartSession is not available in the local Athena"):
        athena.client.start_session(WorkGroup="primary", EngineConfiguration={"MaxConcurrentDpus": 2})
