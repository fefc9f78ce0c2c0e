"""Rules of composite alarms."""

import pytest

from authpulse_localstack.cloudwatch.rules import Rule, RuleError

STATES = {"up": "ALARM", "fine": "OK", "new": "INSUFFICIENT_DATA", "a b": "ALARM"}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("ALARM(up)", True),
        ('ALARM("up")', True),
        ("ALARM('fine')", False),
        ('ALARM("a b")', True),
        ("OK(fine) AND INSUFFICIENT_DATA(new)", True),
        ("ALARM(fine) OR ALARM(new)\n  OR ALARM(up)", True),
        ("ALARM(fine) OR ALARM(up) AND ALARM(new)", False),
        ("(ALARM(fine) OR ALARM(up)) AND NOT ALARM(new)", True),
        ("NOT (ALARM(up) OR TRUE)", False),
        ("FALSE OR NOT NOT ALARM ( up )", True),
    ],
)
def test_a_rule_holds(text: str, holds: bool) -> None:
    assert Rule(text).holds(STATES.__getitem__) is holds


def test_a_rule_says_which_alarms_it_is_about() -> None:
    assert Rule("ALARM(a) OR (OK(b) AND NOT ALARM(a))").names() == ("a", "b")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it ends where '\\(' was expected"),
        ("ALARM(up", "it ends where '\\)' was expected"),
        ("ALARM(up) ALARM(new)", "'ALARM' is one too many"),
        ("FIRING(up)", "'FIRING' where '\\(' was expected"),
        ('ALARM("up)', "not understood from '\"up\\)' on"),
    ],
)
def test_a_rule_that_cannot_be_read_says_where(text: str, why: str) -> None:
    with pytest.raises(RuleError, match=why):
        Rule(text).holds(STATES.__getitem__)
