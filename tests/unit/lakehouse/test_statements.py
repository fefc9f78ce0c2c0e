"""SQL files whose literals are parameters."""

from datetime import date, datetime
from pathlib import Path

import pytest

from authpulse.errors import InputError
from lakehouse.statements import Parameter, Statement

TEXT = """\
-- What is there, and
-- how much of it?
SELECT * FROM t -- no parameter: 7 /* */
WHERE at >= TIMESTAMP '1970-01-01 00:00:00' /* since */ AND at < TIMESTAMP '1970-01-01 00:00:00' /* since */
  AND day = DATE '1970-01-01' /* day */ AND name = 'it''s' /* name */
LIMIT 10 /* limit */
"""


@pytest.fixture
def statement() -> Statement:
    return Statement("things", TEXT)


def test_a_file_is_good_as_it_stands(statement: Statement, tmp_path: Path) -> None:
    path = tmp_path / "things.sql"
    path.write_text(TEXT)
    assert Statement.read(path) == statement
    assert statement.fill({}) == TEXT


def test_it_opens_with_the_question_that_it_answers(statement: Statement) -> None:
    assert statement.question == "What is there, and how much of it?"


def test_each_parameter_is_named_once_with_its_kind_and_default(statement: Statement) -> None:
    assert statement.parameters == (
        Parameter("since", "timestamp", "1970-01-01 00:00:00"),
        Parameter("day", "date", "1970-01-01"),
        Parameter("name", "text", "it''s"),
        Parameter("limit", "number", "10"),
    )


def test_values_take_the_place_of_defaults_wherever_the_parameter_stands(statement: Statement) -> None:
    values = {"since": datetime(2026, 3, 1, 12), "day": date(2026, 3, 2), "name": "O'Hara", "limit": 3}  # noqa: DTZ001 - as Iceberg's
    filled = statement.fill(values)
    assert filled.count("TIMESTAMP '2026-03-01 12:00:00.000000' /* since */") == 2
    assert "DATE '2026-03-02' /* day */" in filled
    assert "name = 'O''Hara' /* name */" in filled
    assert "LIMIT 3 /* limit */" in filled


@pytest.mark.parametrize(
    ("given", "stands"),
    [
        ("2026-03-01", "2026-03-01 00:00:00.000000"),
        ("2026-03-01T12:00:00.5", "2026-03-01 12:00:00.500000"),
        ("2026-03-01 12:00+02:00", "2026-03-01 10:00:00.000000"),
        ("2026-03-01T12:00Z", "2026-03-01 12:00:00.000000"),
    ],
)
def test_times_are_in_utc(statement: Statement, given: str, stands: str) -> None:
    assert f"TIMESTAMP '{stands}' /* since */" in statement.fill({"since": given})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("most", "1", "things: no parameter 'most'; it has day, limit, name, since"),
        ("limit", "few", "things: limit: 'few' is not a whole number"),
        ("limit", "-1", "things: limit: '-1' is not a whole number"),
        ("limit", "1; DROP TABLE t", "things: limit: '1; DROP TABLE t' is not a whole number"),
        ("since", "yesterday", "things: since: 'yesterday' is not a time, as in 2026-03-01 or 2026-03-01T12:30:00"),
        (
            "since",
            "' OR true --",
            'things: since: "\' OR true --" is not a time, as in 2026-03-01 or 2026-03-01T12:30:00',
        ),
        ("day", "2026-03-01T12:00", "things: day: '2026-03-01T12:00' is not a day, as in 2026-03-01"),
    ],
)
def test_a_value_of_another_kind_is_refused(statement: Statement, name: str, value: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        statement.fill({name: value})
    assert str(refused.value) == said


def test_a_statement_without_parameters_says_so() -> None:
    with pytest.raises(InputError, match="one: no parameter 'limit'; it has none"):
        Statement("one", "SELECT 1").fill({"limit": 1})
