"""Suite files: ours are sound, and what is wrong with one is said with its place and what would be right."""

from pathlib import Path

import pytest

from authpulse.errors import InputError
from lakehouse.tables import BY_NAME
from quality.suite import SUITES, find, load

EVENTS = """
name: events
tables:
  - table: auth_events_raw
    checks:
"""


def written(folder: Path, *checks: str, head: str = EVENTS) -> Path:
    path = folder / "suite.yaml"
    path.write_text(head + "".join(f"      - {{{c}}}\n" for c in checks))
    return path


@pytest.mark.parametrize("name", sorted(p.stem for p in SUITES.glob("*.yaml")))
def test_our_suites_can_be_loaded_by_their_name(name: str) -> None:
    suite = load(find(name))
    assert suite.name == name
    names = [c.name for c in suite.checks]
    assert len(set(names)) == len(names)


def test_the_operators_suite_looks_at_every_table_but_quarantine() -> None:
    assert {t.table.name for t in load(find("auth_events")).tables} == BY_NAME.keys() - {"auth_events_quarantine"}


def test_a_check_takes_the_nearest_threshold(tmp_path: Path) -> None:
    head = "name: x\nfailure_threshold_pct: 3\ntables:\n  - table: auth_events_raw\n    checks:\n"
    path = written(tmp_path, "check: schema", "check: not_null, column: user_id, failure_threshold_pct: 0", head=head)
    assert [c.threshold_pct for c in load(path).checks] == [3, 0]
    path.write_text(path.read_text().replace("    checks:", "    failure_threshold_pct: 2\n    checks:"))
    assert [c.threshold_pct for c in load(path).checks] == [2, 0]
    assert load(path).tables[0].threshold_pct == 2


WRONG = {
    "a kind that there is not": (
        "check: not_nul, column: user_id",
        "checks[0]: check: 'not_nul' is not known; did you",
    ),
    "no kind": ("column: user_id", "checks[0]: check: missing"),
    "a key that there is not": ("check: not_null, colum: user_id", "colum: no such key; did you mean `column`?"),
    "a column that there is not": ("check: not_null, column: user", "has no column 'user'; did you mean `user_id`?"),
    "a table that there is not": (
        "check: references, column: event_id, to_table: auth_events_rew",
        "there is no table 'auth_events_rew'; did you mean `auth_events_raw`?",
    ),
    "a duration that is none": (
        "check: freshness, column: ingestion_time, max_age: 2 days",
        "'2 days' is not a duration",
    ),
    "a bound that is none": ("check: range, column: event_time, max: tomorrow", "'tomorrow' is not a number, a time"),
    "no bound at all": ("check: range, column: event_time", "give min, max or both"),
    "drop and spike in one": (
        "check: volume, drop_below: 0.5, spike_above: 2",
        "give either drop_below or spike_above",
    ),
    "edges that fall": ("check: drift, column: record_index, edges: [2, 1]", "each has to be above the one before"),
    "a pattern that is none": ('check: matches, column: user_id, pattern: "("', "not a regular expression"),
    "a condition without a name": ("check: condition, holds: user_id > ''", "name: missing"),
    "a threshold above all": ("check: schema, failure_threshold_pct: 101", "failure_threshold_pct: 101 is above 100"),
    "two keys": ("check: unique, column: user_id, columns: [event_id]", "give either column or columns"),
}


@pytest.mark.parametrize(("check", "message"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_with_its_place(check: str, message: str, tmp_path: Path) -> None:
    path = written(tmp_path, check)
    with pytest.raises(InputError) as error:
        load(path)
    assert str(error.value).startswith(f"{path}: tables[0].checks[0]: ")
    assert message in str(error.value)


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, "check: no", "check: not_null, column: no", "check: schema", "check: schema")
    with pytest.raises(InputError) as error:
        load(path)
    assert len(str(error.value).splitlines()) == 3
    assert "2 checks are called auth_events_raw.schema: give them a name each" in str(error.value)


def test_a_table_by_day_has_no_hours_to_compare(tmp_path: Path) -> None:
    path = written(
        tmp_path, "check: volume, drop_below: 0.5", head=EVENTS.replace("auth_events_raw", "host_popularity_daily")
    )
    with pytest.raises(InputError, match="host_popularity_daily is by day"):
        load(path)


def test_a_suite_has_the_tables_of_those_that_it_includes(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("name: other\ntables: [{table: auth_alerts, checks: [{check: schema}]}]\n")
    path = written(
        tmp_path, "check: schema", head=EVENTS.replace("name: events", "name: events\ninclude: [other.yaml]")
    )
    assert [c.name for c in load(path).checks] == ["auth_events_raw.schema", "auth_alerts.schema"]


def test_suites_do_not_include_each_other_in_a_chain(tmp_path: Path) -> None:
    path = written(
        tmp_path, "check: schema", head=EVENTS.replace("name: events", "name: events\ninclude: [suite.yaml]")
    )
    with pytest.raises(InputError, match=r"suite.yaml includes suites itself"):
        load(path)


def test_a_name_that_is_no_suite_is_answered_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r"no suite 'auth_event'; did you mean `auth_events`\?, or give a path"):
        find("auth_event")
