"""docs/controller-flow.md: its generated blocks are complete, and say what the core does."""

import re
from itertools import pairwise
from typing import Any, get_args

import pytest

from authpulse.errors import AuthPulseError
from authpulse_operator import flow_page, generate
from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.status import ConditionType
from authpulse_operator.core import acts
from authpulse_operator.core.deciding import CHECKS
from authpulse_operator.core.deleting import STEPS
from authpulse_operator.core.world import ApplicationState
from doubles.cases import resource
from doubles.reaching import ready
from doubles.world import FakeWorld

PAGE = (generate.ROOT / generate.FLOW).read_text(encoding="utf-8")


def test_the_page_is_as_the_core_says() -> None:
    assert generate.controller_flow() == PAGE, "run `make generate`"


def test_a_block_that_has_drifted_is_made_anew() -> None:
    drifted = PAGE.replace("settle_recorded_intent", "do_nothing")
    assert drifted != PAGE
    assert flow_page.controller_flow(drifted) == PAGE


@pytest.mark.parametrize("block", flow_page.BLOCKS)
def test_a_page_without_a_block_is_refused(block: str) -> None:
    with pytest.raises(AuthPulseError, match=f"<!-- begin: {block} -->"):
        flow_page.controller_flow(PAGE.replace(f"<!-- end: {block} -->", ""))


def test_the_checks_stand_in_their_order_each_with_its_sentence() -> None:
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \| (.+) \|$", flow_page.checks(CHECKS), re.MULTILINE)
    assert [(int(n), name) for n, name, _ in rows] == [(n, c.__name__) for n, c in enumerate(CHECKS, 1)]
    assert all(sentence.endswith(".") for *_, sentence in rows)
    assert len(STEPS) == flow_page.checks(STEPS).count("\n") - 1


def test_every_state_and_every_operation_is_in_the_diagram() -> None:
    drawn = flow_page.states()
    assert [s for s in ApplicationState if not re.search(rf"^    .*\b{s.value}\b", drawn, re.MULTILINE)] == []
    operations = {act.operation for act in get_args(acts.Operation)}
    assert operations <= set(re.findall(r": (\w+)", drawn))
    assert flow_page.FROM.keys() == set(get_args(acts.Operation))


def test_the_reasons_in_the_diagram_are_of_the_closed_list() -> None:
    drawn = set(re.findall(r"^    (\w+) --> (\w+)", flow_page.reasons(), re.MULTILINE))
    assert {word for edge in drawn for word in edge} <= {str(r) for r in Reason}
    assert ("RollingBack", "Starting") in drawn
    assert ("WaitingForJob", "AsSpecified") in drawn


@pytest.mark.parametrize("flink", [{}, {"maintenanceWindow": "02:00"}], ids=["plain", "with a maintenance window"])
def test_what_ready_says_while_an_application_is_made_is_in_the_diagram(flink: dict[str, Any]) -> None:
    world = FakeWorld()
    ready(world, resource(flink=flink))
    conditions = [status.condition(ConditionType.READY) for status in world.status.written]
    said = [str(c.reason) for c in conditions if c is not None and c.reason is not Reason.OPERATION_IN_FLIGHT]
    drawn = set(re.findall(r"^    (\w+) --> (\w+)", flow_page.reasons(), re.MULTILINE))
    assert {(a, b) for a, b in pairwise(said) if a != b} <= drawn
    assert {"LayingFoundation", "Starting", "AsSpecified"} <= set(said)
    assert ("Creating", "Starting") not in drawn


def test_the_page_is_linked_from_where_newcomers_are() -> None:
    for path in ("README.md", "docs/architecture.md", "docs/getting-started.md"):
        assert "controller-flow.md" in (generate.ROOT / path).read_text(encoding="utf-8")
