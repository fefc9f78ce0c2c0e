"""Pipelines in a real cluster with an AWS in memory, each test in a namespace of its own."""

from dataclasses import dataclass
from typing import Any

import pytest
from kubernetes.client.exceptions import ApiException

from doubles.clock import FastClock
from doubles.cloud import FakeCloud
from support.kube import Resources, until

TEMPO = 50


@dataclass(frozen=True)
class Pipeline:
    """One AuthPulse resource, as a person with kubectl sees it."""

    resources: Resources
    name: str = "dev"

    @property
    def identity(self) -> str:
        return f"{self.resources.namespace}/{self.name}"

    @property
    def application(self) -> str:
        return f"authpulse-{self.name}"

    def create(self, **spec: Any) -> None:
        self.resources.create(
            {
                "apiVersion": "authpulse.io/v1alpha1",
                "kind": "AuthPulse",
                "metadata": {"name": self.name},
                "spec": {"environment": self.name, "flink": {"health": {"stableForSeconds": 0}}, **spec},
            }
        )

    def change(self, **spec: Any) -> int:
        """The new generation."""
        generation: int = self.resources.merge(self.name, {"spec": spec})["metadata"]["generation"]
        return generation

    def annotate(self, **annotations: str | None) -> None:
        """Ours, by the end of their names."""
        named = {f"authpulse.io/{name}": value for name, value in annotations.items()}
        self.resources.merge(self.name, {"metadata": {"annotations": named}})

    def delete(self) -> None:
        self.resources.delete(self.name)

    def found(self) -> dict[str, Any] | None:
        try:
            return self.resources.get(self.name)
        except ApiException as refused:
            if refused.status != 404:
                raise
            return None

    def version(self) -> str:
        """Another one after every write of it."""
        return str((self.found() or {})["metadata"]["resourceVersion"])

    def status(self) -> dict[str, Any]:
        return (self.found() or {}).get("status", {})

    def condition(self, kind: str = "Ready") -> dict[str, Any]:
        return next((c for c in self.status().get("conditions", ()) if c["type"] == kind), {})

    def until(self, status: str, reason: str, kind: str = "Ready", *, generation: int = 0) -> dict[str, Any]:
        """Waits for a condition; returns it."""

        def reached() -> dict[str, Any] | None:
            now = self.condition(kind)
            is_new = now.get("observedGeneration", 0) >= generation
            return now if (now.get("status"), now.get("reason")) == (status, reason) and is_new else None

        try:
            seen: dict[str, Any] = until(reached, f"{kind}={status} because of {reason}", seconds=60)
        except AssertionError as late:
            raise AssertionError(f"{late}; it is {self.condition(kind)}") from late
        return seen

    def until_ready(self, *, generation: int = 0) -> None:
        self.until("True", "AsSpecified", generation=generation)

    def until_gone(self) -> None:
        until(lambda: self.found() is None, f"{self.identity} is gone", seconds=60)


@pytest.fixture
def pipeline(resources: Resources) -> Pipeline:
    return Pipeline(resources)


@pytest.fixture
def cloud() -> FakeCloud:
    return FakeCloud(FastClock(TEMPO))
