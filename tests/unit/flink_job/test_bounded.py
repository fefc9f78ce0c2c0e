"""A bounded run puts the job together by one connection to Java, whatever else goes on in the process."""

import gc
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from flink_job import bounded


class Job:
    """In place of PyFlink's statements and their execution; says whether garbage was collected at each step."""

    def __init__(self, *, fails: bool = False) -> None:
        self.fails = fails
        self.collecting: list[tuple[str, bool]] = []

    def compose(self, *_: Any, **__: Any) -> "Job":
        return self._at("compose")

    def execute(self) -> "Job":
        if self.fails:
            raise ZeroDivisionError
        return self._at("execute")

    def wait(self) -> None:
        self._at("wait")

    def _at(self, step: str) -> "Job":
        self.collecting.append((step, gc.isenabled()))
        return self


@pytest.fixture(autouse=True)
def _without_java(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "failures_explained", nullcontext)


def run(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "compose", job.compose)
    bounded.run({}, Path("rows"), jar=Path("engine.jar"), parallelism=1)


def test_no_garbage_is_collected_while_the_job_is_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    job = Job()
    run(job, monkeypatch)
    assert job.collecting == [("compose", False), ("execute", False), ("wait", True)]


def test_it_is_again_when_that_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ZeroDivisionError):
        run(Job(fails=True), monkeypatch)
    assert gc.isenabled()
