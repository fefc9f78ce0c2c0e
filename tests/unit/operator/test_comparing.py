"""What two specs, or two sets of settings, differ in: short, by path, and never with what may be secret."""

from dataclasses import replace
from typing import Any

import pytest

from authpulse_operator.api.changes import Change
from authpulse_operator.core.caveats import refusals
from authpulse_operator.core.comparing import Changed, changed_fields, changed_settings
from authpulse_operator.core.settings import Settings
from doubles.cases import resource, settings

GOOD = settings(resource())


def groups(**changed: dict[str, str]) -> Settings:
    return replace(
        GOOD, property_groups={**GOOD.property_groups, **{k.replace("_", "."): v for k, v in changed.items()}}
    )


SETTINGS = [
    ("equal settings differ in nothing", GOOD, GOOD, []),
    ("a number", GOOD, replace(GOOD, parallelism=5), [("parallelism", "2", "5")]),
    ("a property by group and key", groups(authpulse_x={"k": "1"}), groups(authpulse_x={"k": "2"}),
     [("authpulse.x.k", "1", "2")]),
    ("of a rule only what is different in it", groups(authpulse_rules={"rule.R": '{"points":1,"id":"R"}'}),
     groups(authpulse_rules={"rule.R": '{"points":2,"id":"R"}'}), [("authpulse.rules.rule.R.points", "1", "2")]),
    ("a group of one's own never with its values", groups(mine={"password": "hunter2", "b": "same"}),
     groups(mine={"password": "hunter3", "b": "same"}), [("mine.password", "(not shown)", "(not shown)")]),
    ("a group that is new", GOOD, groups(mine={"a": "secret"}), [("mine.a", None, "(not shown)")]),
    ("an address without who asks", groups(authpulse_x={"k": "http://u:pw@h/p"}), groups(authpulse_x={"k": "http://h"}),
     [("authpulse.x.k", "http://…@h/p", "http://h")]),
    ("a long value is cut", groups(authpulse_x={"k": "a" * 100}), groups(authpulse_x={"k": "{no json"}),
     [("authpulse.x.k", "a" * 71 + "…", "{no json")]),
    ("what an update cannot change makes no difference", GOOD, replace(GOOD, subnet_ids=("s",)), []),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "before", "after", "found"), SETTINGS, ids=[row[0] for row in SETTINGS])
def test_settings(sentence: str, before: Settings, after: Settings, found: list[tuple[str, str, str]]) -> None:
    assert changed_settings(before, after) == tuple(Changed(*f) for f in found)


def replay(**changes: Any) -> dict[str, Any]:
    return {"name": "a", "input": "log", "format": "lanl-auth", **changes}


FIELDS = [
    ("nothing", {}, {}, []),
    ("a default that is written out", {}, {"flink": {"parallelism": 2}}, []),
    ("a field that restarts the job", {}, {"flink": {"parallelism": 3}},
     [("spec.flink.parallelism", "2", "3", Change.RESTART)]),
    ("a field that nobody restarts for", {}, {"deletionPolicy": "Delete"},
     [("spec.deletionPolicy", "Snapshot", "Delete", Change.IGNORE)]),
    ("a section that comes", {}, {"idle": {"afterMinutes": 9}},
     [("spec.idle", None, '{"afterMinutes":9}', Change.IGNORE)]),
    ("one replay of several", {"replays": [replay(), replay(name="b")]},
     {"replays": [replay(rate=5), replay(name="b")]}, [("spec.replays[a].rate", None, "5.0", Change.IN_PLACE)]),
    ("a rule by its id", {"flink": {"scoring": {"rules": [{"id": "R", "points": 1}]}}},
     {"flink": {"scoring": {"rules": [{"id": "R", "points": 2}]}}},
     [("spec.flink.scoring.rules[R].points", "1", "2", Change.RESTART)]),
    ("the first rule", {}, {"flink": {"scoring": {"rules": [{"id": "R", "points": 2}]}}},
     [("spec.flink.scoring.rules[R]", None, '{"id":"R","points":2}', Change.RESTART)]),
    ("a list of plain values", {"flink": {"vpc": {"subnetIds": ["a"], "securityGroupIds": ["s"]}}},
     {"flink": {"vpc": {"subnetIds": ["a", "b"], "securityGroupIds": ["s"]}}},
     [("spec.flink.vpc.subnetIds", '["a"]', '["a","b"]', Change.REDEPLOY)]),
    ("properties of one's own without their values", {"flink": {"properties": {"mine": {"key": "s3cret"}}}},
     {"flink": {"properties": {"mine": {"key": "s4cret"}}}},
     [("spec.flink.properties.mine.key", "(not shown)", "(not shown)", Change.RESTART)]),
    ("what is fixed", {}, {"aws": {"region": "eu-central-1"}},
     [("spec.aws.region", "us-east-1", "eu-central-1", Change.REDEPLOY)]),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "before", "after", "found"), FIELDS, ids=[row[0] for row in FIELDS])
def test_fields(sentence: str, before: dict[str, Any], after: dict[str, Any], found: list[Any]) -> None:
    seen = changed_fields(resource(**before).spec, resource(**after).spec)
    assert [(s.changed.name, s.changed.before, s.changed.after, s.change) for s in seen] == found


def test_a_fixed_field_is_refused_and_named() -> None:
    changed = changed_fields(resource().spec, resource(aws={"region": "eu-central-1"}).spec)
    assert refusals(changed) == ("spec.aws.region cannot be changed: make a new resource",)
