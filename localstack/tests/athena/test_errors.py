"""What Athena says when it refuses or fails: the error's name, the place, the words; and when it says so."""

import pytest
from botocore.exceptions import ClientError

from support.athena import Athena, reason

MISSING_COLUMN = "cannot be resolved or requester is not authorized to access requested resources"

ANALYSIS = {
    "SELECT x FROM nope": "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.tests.nope' does not exist",
    "SELECT x FROM nodb.t": "SCHEMA_NOT_FOUND: line 1:15: Schema 'nodb' does not exist",
    "SELECT y FROM (VALUES 1) t(x)": f"COLUMN_NOT_FOUND: line 1:8: Column 'y' {MISSING_COLUMN}",
    "SELECT x\nFROM (VALUES 1) t(x)\nWHERE  z = 1": f"COLUMN_NOT_FOUND: line 3:8: Column 'z' {MISSING_COLUMN}",
    "SELECT x AS y FROM (VALUES 2) t(x) WHERE y = 1": f"COLUMN_NOT_FOUND: line 1:42: Column 'y' {MISSING_COLUMN}",
    "SELECT nofunc(1)": "FUNCTION_NOT_FOUND: line 1:8: Function 'nofunc' not registered",
    "SELECT lower(1)": "FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (integer) for function lower. "
    "Expected: lower(varchar)",
    "SELECT 1 + '1'": "TYPE_MISMATCH: line 1:10: Cannot apply operator: integer + varchar(1)",
    "SELECT '1' = 1": "TYPE_MISMATCH: line 1:12: Cannot apply operator: varchar(1) = integer",
    "SELECT '2026-01-01' = date '2026-01-01'": "TYPE_MISMATCH: line 1:21: Cannot apply operator: varchar(10) = date",
    "SELECT 1 WHERE 1": "TYPE_MISMATCH: line 1:16: WHERE clause must evaluate to a boolean (actual: integer)",
    "SELECT CAST(date '2026-01-01' AS integer)": "TYPE_MISMATCH: line 1:8: Cannot cast date to integer",
    "SELECT x, count(*) FROM (VALUES 1) t(x)": "EXPRESSION_NOT_AGGREGATE: line 1:8: 'x' must be an aggregate "
    "expression or appear in GROUP BY clause",
    "SELECT sum(count(*)) FROM (VALUES 1) t(x)": "NESTED_AGGREGATION: line 1:8: Cannot nest aggregations inside "
    "aggregation 'sum'",
    "SELECT x FROM (VALUES 1) t(x), (VALUES 2) u(x)": "AMBIGUOUS_NAME: line 1:8: Column 'x' is ambiguous",
    "SELECT x FROM (VALUES 1) t(x) ORDER BY 2": "INVALID_COLUMN_REFERENCE: line 1:40: ORDER BY position 2 is not in "
    "select list",
    "SELECT 1 UNION SELECT 1, 2": "TYPE_MISMATCH: line 1:10: UNION query has different number of fields: 1, 2",
    "SELECT json '{bad'": "INVALID_LITERAL: line 1:8: '{bad' is not a valid JSON literal",
    "SELECT date_trunc('nope', date '2026-01-01')": "INVALID_FUNCTION_ARGUMENT: line 1:19: 'nope' is not a valid "
    "DATE field",
}
VALUES = {
    "SELECT 1/0": "DIVISION_BY_ZERO: Division by zero",
    "SELECT 1/x FROM (VALUES 0) t(x)": "DIVISION_BY_ZERO: Division by zero",
    "SELECT CAST('1.5' AS integer)": "INVALID_CAST_ARGUMENT: Cannot cast '1.5' to INT",
    "SELECT CAST(' 12 ' AS integer)": "INVALID_CAST_ARGUMENT: Cannot cast ' 12 ' to INT",
    "SELECT CAST(x AS double) FROM (VALUES 'abc') t(x)": "INVALID_CAST_ARGUMENT: Cannot cast 'abc' to DOUBLE",
    "SELECT CAST('2026-01-02T03:04:05' AS timestamp)": "INVALID_CAST_ARGUMENT: Value cannot be cast to timestamp: "
    "2026-01-02T03:04:05",
    "SELECT CAST(123 AS varchar(2))": "INVALID_CAST_ARGUMENT: Value 123 cannot be represented as varchar(2)",
    "SELECT CAST(12345678901 AS integer)": "NUMERIC_VALUE_OUT_OF_RANGE: Out of range for integer: 12345678901",
    "SELECT 2147483647 + 1": "NUMERIC_VALUE_OUT_OF_RANGE: integer addition overflow: 2147483647 + 1",
    "SELECT 9223372036854775807 * 2": "NUMERIC_VALUE_OUT_OF_RANGE: bigint multiplication overflow: "
    "9223372036854775807 * 2",
    "SELECT -CAST(-128 AS tinyint)": "NUMERIC_VALUE_OUT_OF_RANGE: Out of range for tinyint: 128",
    "SELECT sum(x) FROM (VALUES 9223372036854775807, 1) t(x)": "NUMERIC_VALUE_OUT_OF_RANGE: Out of range for bigint: "
    "9223372036854775808",
    "SELECT ARRAY[1,2,3][9]": "INVALID_FUNCTION_ARGUMENT: Array subscript must be less than or equal to array length: "
    "9 > 3",
    "SELECT ARRAY[1,2][0]": "INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1",
    "SELECT MAP(ARRAY['a'], ARRAY[1])['z']": "INVALID_FUNCTION_ARGUMENT: Key not present in map: z",
    "SELECT MAP(ARRAY[1,1], ARRAY[1,2])": "INVALID_FUNCTION_ARGUMENT: Duplicate map keys are not allowed",
    "SELECT (SELECT x FROM (VALUES 1,2) t(x))": "SUBQUERY_MULTIPLE_ROWS: Scalar sub-query has returned multiple rows",
    "SELECT json_parse('{bad')": "INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: '{bad'",
    "SELECT date_parse('x', '%Y')": 'INVALID_FUNCTION_ARGUMENT: Invalid format: "x"',
    "SELECT regexp_extract('a', '(', 1)": "INVALID_FUNCTION_ARGUMENT: Invalid regular expression (: "
    "missing ), unterminated subpattern at position 0",
    "SELECT word_stem('running')": "NOT_SUPPORTED: line 1:8: The function word_stem is not supported by the local "
    "Athena",
}
GRAMMAR = {
    "SELEC 1": "line 1:1: mismatched input 'SELEC'. Expecting:",
    "SELECT 1,": "line 1:10: mismatched input '<EOF>'. Expecting: <expression>",
    "SELECT 1 FROM": "line 1:14: mismatched input '<EOF>'. Expecting: <identifier>",
    "SELECT interval '1' fortnight": "line 1:21: mismatched input 'fortnight'. Expecting: 'DAY', 'HOUR', 'MINUTE',",
    "SELECT 'open": "line 1:8: ",
    "SELECT y FROM (SELECT 1 y WHERE)": "line 1:32: mismatched input ')'. Expecting: <expression>",
    "SELECT 1; SELECT 2": "Only one sql statement is allowed. Got: SELECT 1; SELECT 2",
    "SELECT `x`": "backquoted identifiers are not supported; use double quotes to quote identifiers",
}


@pytest.mark.parametrize("sql", ANALYSIS)
def test_a_statement_that_means_nothing_fails_with_the_place(athena: Athena, sql: str) -> None:
    assert reason(athena, sql) == ANALYSIS[sql]


@pytest.mark.parametrize("sql", VALUES)
def test_a_value_that_cannot_be_fails_the_statement(athena: Athena, sql: str) -> None:
    assert reason(athena, sql) == VALUES[sql]


@pytest.mark.parametrize("sql", GRAMMAR)
def test_what_is_no_statement_is_refused_at_once(athena: Athena, sql: str) -> None:
    with pytest.raises(ClientError) as caught:
        athena.start(sql)
    error = caught.value.response["Error"]
    assert error["Code"] == "InvalidRequestException"
    assert GRAMMAR[sql] in error["Message"]


def test_a_refusal_and_a_failure_carry_athenas_codes(athena: Athena) -> None:
    with pytest.raises(ClientError) as caught:
        athena.start("SELEC 1")
    assert caught.value.response["AthenaErrorCode"] == "MALFORMED_QUERY"
    failed = athena.wait(athena.start("SELECT x FROM nope"))
    assert failed["Status"]["State"] == "FAILED"
    error = failed["Status"]["AthenaError"]
    assert (error["ErrorCategory"], error["ErrorType"], error["Retryable"]) == (2, 1110, False)
    assert error["ErrorMessage"] == failed["Status"]["StateChangeReason"]


def test_the_results_of_a_failed_query_cannot_be_fetched(athena: Athena) -> None:
    failed = athena.wait(athena.start("SELECT 1/0"))
    with pytest.raises(ClientError, match="Query did not finish successfully. Final query state: FAILED"):
        athena.client.get_query_results(QueryExecutionId=failed["QueryExecutionId"])


def test_an_execution_that_never_was_is_said_so(athena: Athena) -> None:
    with pytest.raises(ClientError, match="QueryExecution nope was not found"):
        athena.client.get_query_execution(QueryExecutionId="nope")


def test_a_place_for_results_is_needed(athena: Athena) -> None:
    with pytest.raises(ClientError, match="No output location provided"):
        athena.start("SELECT 1", ResultConfiguration={})
    with pytest.raises(ClientError, match="Unable to verify/create output bucket no-such-bucket"):
        athena.start("SELECT 1", ResultConfiguration={"OutputLocation": "s3://no-such-bucket/x"})
    with pytest.raises(ClientError, match="outputLocation is not a valid S3 path: /tmp/x"):
        athena.start("SELECT 1", ResultConfiguration={"OutputLocation": "/tmp/x"})
