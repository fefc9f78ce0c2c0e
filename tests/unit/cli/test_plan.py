"""`plan` on one machine: what it shows against what is there, and that it writes nothing."""

import os
from pathlib import Path
from typing import Any

import pytest

from authpulse_operator.core.errors import Unreachable

FROM_NOTHING = ["MakeFoundation", "Upload", "CreateApplication", "StartApplication", "StartReplay"]


def acts(document: dict[str, Any]) -> list[str]:
    return [step["act"] for step in document["steps"]]


def plan(run: Any, manifest: Path, *options: str) -> Any:
    return run("plan", "-f", manifest, "--output", "json", *options)


def test_before_anything_was_started_it_plans_from_nothing_and_says_so(run, written, machine, home: Path) -> None:
    ended = plan(run, written())
    assert ended.code == 0
    assert acts(ended.json) == FROM_NOTHING
    assert ended.json["basis"] == "from nothing: nothing was started here yet"
    assert ended.json["job"] == {"effect": "starts", "restores": "nothing"}
    assert (machine.writes, home.exists()) == ([], False)


def test_what_it_says_from_nothing_is_what_up_then_does(run, written, machine) -> None:
    planned = acts(plan(run, written()).json)
    run("up", "-f", written())
    words = {"MakeFoundation": "make", "Upload": "put", "CreateApplication": "create", "StartApplication": "start"}
    assert [words.get(act, "start_replay") for act in planned] == machine.writes


def test_a_manifest_that_is_applied_already_has_nothing_to_do(run, written, machine) -> None:
    run("up", "-f", written())
    ended = plan(run, written(), "--detailed-exitcode")
    assert (ended.code, ended.json["steps"], ended.json["changes"]) == (0, [], [])
    assert ended.json["basis"] == "against the local AWS at http://127.0.0.1:4599"
    assert "nothing to do" in run("plan", "-f", written()).out


def test_a_changed_manifest_shows_calls_settings_and_what_the_job_goes_on_from(run, written, machine) -> None:
    run("up", "-f", written())
    changed = written(flink={"parallelism": 4, "scoring": {"rules": [{"id": "NEW_DEVICE", "mode": "shadow"}]}})
    ended = plan(run, changed, "--detailed-exitcode")
    assert ended.code == 10
    (step,) = ended.json["steps"]
    assert step["calls"] == ["kinesisanalytics:UpdateApplication"]
    assert (step["interruptsJob"], step["restores"]) == (True, "a snapshot taken for it")
    settings = {c["name"]: (c["before"], c["after"]) for c in step["settings"]}
    assert settings["parallelism"] == ("2", "4")
    assert settings["authpulse.rules.rule.NEW_DEVICE.mode"] == ("active", "shadow")
    fields = {c["name"]: c["change"] for c in ended.json["changes"]}
    assert fields["spec.flink.parallelism"] == "RESTART"
    assert plan(run, changed).code == 0


def test_the_same_for_people(run, written, machine) -> None:
    run("up", "-f", written())
    ended = run("plan", "-f", written(flink={"parallelism": 4, "upgradeMode": "stateless"}))
    assert "spec.flink.parallelism" in ended.out
    assert "the job restarts from a snapshot of itself" in ended.out
    assert "kinesisanalytics:UpdateApplication" in ended.out
    assert "job: restarts from nothing" in ended.out
    assert "warning: the job goes on from nothing" in ended.out
    assert "1 step, then nothing is left to do" in ended.out


def test_values_of_property_groups_of_ones_own_are_not_shown(run, written, machine) -> None:
    run("up", "-f", written(flink={"properties": {"mine": {"password": "hunter2"}}}))
    manifest = written(flink={"properties": {"mine": {"password": "hunter3"}}})
    for ended in (plan(run, manifest), run("plan", "-f", manifest)):
        assert "mine.password" in ended.out
        assert "hunter" not in ended.out


def test_nothing_is_ever_written(run, written, machine, home: Path) -> None:
    run("up", "-f", written())
    writes = list(machine.writes)
    kept = {p: p.read_bytes() for p in home.rglob("*") if p.is_file()}
    for manifest in ({"suspend": True}, {"flink": {"parallelism": 3}}, {"stream": {"shards": 5}}):
        assert plan(run, written(**manifest)).json["steps"]
    assert machine.writes == writes
    assert {p: p.read_bytes() for p in home.rglob("*") if p.is_file()} == kept


def test_after_down_it_plans_from_what_was_seen_last(run, written, machine) -> None:
    run("up", "-f", written())
    run("down")
    ended = plan(run, written(flink={"parallelism": 4}))
    assert ended.json["basis"] == "from what was seen last: the local AWS does not run"
    assert acts(ended.json) == ["UpdateApplication", "StartApplication"]
    assert ended.json["job"]["effect"] == "starts"
    assert ended.json["job"]["restores"].startswith("snapshot ")
    assert ended.json["steps"][0]["settings"] == [{"name": "parallelism", "before": "2", "after": "4"}]


def test_a_local_aws_that_was_killed_has_lost_everything(run, written, machine) -> None:
    run("up", "-f", written())
    machine.process.is_running = False
    ended = plan(run, written())
    assert ended.json["basis"] == "from nothing: the local AWS ended without `authpulse down`"
    assert acts(ended.json) == FROM_NOTHING
    machine.forget()
    machine.process.start()
    assert plan(run, written()).json["basis"] == "from nothing: the local AWS has lost its state"


def test_a_replay_that_failed_is_tried_again_by_up_and_so_in_a_plan(run, written, machine) -> None:
    machine.world.workloads.broken["first"] = 99
    assert run("up", "-f", written()).code == 1
    ended = plan(run, written())
    assert (ended.code, acts(ended.json)) == (0, ["StartReplay"])
    assert ended.json["steps"][0]["calls"] == ["process: start producer.replay_lanl"]


def test_what_would_stall_ends_with_1(run, written, machine) -> None:
    run("up", "-f", written())
    ended = plan(run, written(flink={"redeploy": {"snapshot": "gone", "nonce": 1}}))
    assert ended.code == 1
    assert ended.json["end"]["reason"] == "NothingToRestore"
    assert (
        "then it stalls (NothingToRestore)"
        in run("plan", "-f", written(flink={"redeploy": {"snapshot": "gone", "nonce": 1}})).out
    )


def test_a_fixed_field_is_warned_of(run, written, machine) -> None:
    run("up", "-f", written())
    vpc = {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]}
    ended = plan(run, written(flink={"vpc": vpc}))
    assert ended.json["warnings"][0] == "spec.flink.vpc.subnetIds cannot be changed: make a new resource"


def test_an_aws_that_does_not_answer_ends_with_5(run, written, machine) -> None:
    run("up", "-f", written())
    machine.world.flink.switches.fail("describe", Unreachable("describing authpulse-dev: AWS does not answer"))
    ended = plan(run, written())
    assert (ended.code, ended.errors) == (5, ["describing authpulse-dev: AWS does not answer"])


@pytest.mark.parametrize("spec", [{"flink": {"parallelism": 0}}, {"flnk": {}}], ids=["a bound", "a key"])
def test_a_manifest_that_is_wrong_ends_with_3(run, written, machine, spec: dict[str, Any]) -> None:
    assert run("plan", "-f", written(**spec)).code == 3


def test_a_plan_needs_a_manifest(run) -> None:
    assert run("plan").code == 2
    assert run("plan", "-f", os.devnull).code == 3
