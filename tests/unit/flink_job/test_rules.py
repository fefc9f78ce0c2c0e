"""Rules as data: the built-in ones, the way through a property group, and how a mistake is explained."""

from pathlib import Path

import pytest
import yaml

from flink_job.rules import Rule, RuleError, from_properties, level, parse, to_properties

BUILT_IN = Path(__file__).parents[3] / "flink_job/rules.yaml"
RULE = {
    "id": "BURST_LOGIN",
    "title": "Many attempts",
    "key": "user_id",
    "metric": "attempts",
    "window": "1h",
    "compare": ">",
    "threshold": 50,
    "points": 25,
}


def parsed(**changes) -> Rule:
    raw = {k: v for k, v in {**RULE, **changes}.items() if v is not ...}
    return parse({"version": 1, "rules": [raw]}, "rules.yaml")[0]


def test_the_built_in_rules_are_the_four_of_the_reference_and_the_source_host_rule() -> None:
    rules = parse(yaml.safe_load(BUILT_IN.read_text()), "rules.yaml")
    assert {r.id: r.points for r in rules} == {
        "LATERAL_MOVEMENT": 35,
        "BURST_LOGIN": 25,
        "NEW_DEVICE": 30,
        "RARE_HOST": 10,
        "SOURCE_FANOUT": 25,
    }
    assert from_properties(to_properties(rules)) == rules


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"treshold": 1}, ".treshold: no such key; did you mean `threshold`?"),
        ({"threshold": ...}, ".threshold: missing"),
        ({"threshold": 1.5}, ".threshold: 1.5 is not a whole number from 0 to 1000000000"),
        ({"points": 101}, ".points: 101 is not a whole number from 0 to 100"),
        ({"points": True}, ".points: True is not a whole number from 0 to 100"),
        ({"metric": "distinct_accounts"}, ".metric: 'distinct_accounts' is not known; did you mean `distinct_hosts`?"),
        ({"key": "user"}, ".key: 'user' is not known; did you mean `user_id`?"),
        ({"window": "2h"}, ".window: 2h is above 60m, the longest window that state is kept for"),
        ({"window": "an hour"}, ".window: 'an hour' is not a duration such as 30m, 1h or 7d"),
        ({"window": ...}, ".window: missing; attempts is counted over a window, as in 1h"),
        ({"metric": "new_host"}, ".window: new_host is not counted over a window; leave it out"),
        ({"mode": "on"}, ".mode: 'on' is not known; there are active, shadow, off"),
        ({"alert": "yes"}, ".alert: 'yes' is not true or false"),
        ({"techniques": ["T11"]}, ".techniques: 'T11' is not an ATT&CK technique such as T1110 or T1110.003"),
        ({"techniques": "T1110"}, ".techniques: wanted a list of ATT&CK techniques, as in [T1110, T1110.003]"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mistake_names_the_rule_and_the_key(changes: dict, message: str) -> None:
    with pytest.raises(RuleError) as error:
        parsed(**changes)
    assert str(error.value) == f"rules.yaml: rules[0] (BURST_LOGIN){message}"


@pytest.mark.parametrize(
    "document", [None, [], {"rules": []}, {"version": 2, "rules": [RULE]}, {"version": 1, "rules": []}]
)
def test_a_document_that_is_not_a_rules_file_is_refused(document) -> None:
    with pytest.raises(RuleError, match=r"^rules\.yaml: "):
        parse(document, "rules.yaml")


def test_a_rule_may_be_there_once() -> None:
    with pytest.raises(RuleError, match="BURST_LOGIN is there twice"):
        parse({"version": 1, "rules": [RULE, RULE]}, "rules.yaml")


@pytest.mark.parametrize(("compare", "fires_at"), [(">", [51]), (">=", [50, 51]), ("<", [49]), ("<=", [49, 50])])
def test_a_rule_compares_as_it_says(compare: str, fires_at: list[int]) -> None:
    rule = parsed(compare=compare)
    assert [v for v in (49, 50, 51) if rule.fires(v, history=0)] == fires_at


def test_a_rule_is_silent_without_a_value_or_without_enough_history() -> None:
    assert not parsed().fires(None, history=100)
    assert not parsed(min_history=10).fires(99, history=9)
    assert parsed(min_history=10).fires(99, history=10)


@pytest.mark.parametrize(
    ("score", "name"),
    [(0, "LOW"), (25, "LOW"), (26, "MEDIUM"), (50, "MEDIUM"), (51, "HIGH"), (75, "HIGH"), (76, "CRITICAL")],
)
def test_levels(score: int, name: str) -> None:
    assert level(score) == name


def test_a_rule_that_does_not_fit_a_property_is_refused() -> None:
    with pytest.raises(RuleError, match="2048 fit"):
        to_properties([parsed(title="x" * 3000)])


def test_a_property_group_that_something_else_wrote_is_refused() -> None:
    with pytest.raises(RuleError, match=r"property group authpulse\.rules"):
        from_properties({"order": "A", "rule.A": "{}"})
