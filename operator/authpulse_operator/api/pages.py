"""Reference pages made from the types: what a manifest can say, and what the operator answers.

Each function gives one page as Markdown; `authpulse_operator.generate` writes them.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final

from authpulse_operator.api import resource
from authpulse_operator.api.changes import Change, fields_with_changes
from authpulse_operator.api.definitions import KINDS, Kind, status_schema
from authpulse_operator.api.docstrings import attributes
from authpulse_operator.api.field_tables import described_fields, table, writable_fields
from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.schema import structural
from authpulse_operator.api.status import ConditionType
from authpulse_operator.api.upkeep_spec import Action

NOTE: Final = "<!-- Generated from operator/authpulse_operator by `make generate`; do not edit. -->"

_SPEC: Final = """\
# What a manifest can say

Two kinds of the group `authpulse.io`, version `v1alpha1`, both namespaced. A key that is not here is an error.
[Getting started](../getting-started.md) has a first manifest. What changing a field does:"""
_STATUS: Final = """\
# What a resource's status says

Only the operator writes it. Fields are added, never given another meaning; one that has nothing to say is absent."""
_CONDITIONS: Final = """\
# Conditions

`status.conditions` of an AuthPulse has at most one of each type. `status` is True, False or Unknown, `reason` is one of
[these words](reasons.md), `message` a sentence. `lastTransitionTime` moves only when `status` does.
`observedGeneration` tells which spec a condition speaks of: it is old news while `metadata.generation` is higher."""
_WAITING: Final = """\
`Reconciling` and `Stalled` are true when something is going on or wrong, as kstatus has it, so Flux, Argo CD and Helm
read them without being told. To wait in a script:

```
kubectl wait authpulse/dev --for=condition=Ready --timeout=15m
```"""
_REASONS: Final = """\
# Reasons

Conditions, events, log lines and metrics use these words and no others."""


def spec() -> str:
    """Every field that a person writes."""
    parts = [NOTE, _SPEC, table(("change", "what happens"), ((f"`{c.name}`", c.value) for c in Change))]
    for kind in KINDS:
        changes = {path: change.name for path, change in fields_with_changes(kind.spec) if change}
        parts += [f"## {kind.kind}", kind.about, *writable_fields(structural(kind.spec), "spec", changes)]
    parts += ["## Actions of remediation", table(("action", "what is done"), _words(Action))]
    parts += ["## Annotations of an AuthPulse", table(("annotation", "meaning"), _annotations())]
    return page(parts)


def status() -> str:
    """Every field that the operator writes."""
    parts = [NOTE, _STATUS]
    for kind in KINDS:
        parts += [f"## {kind.kind}", f"`kubectl get {kind.short_name}` prints:", _columns(kind)]
        parts += described_fields(status_schema(kind.status), "status")
    return page(parts)


def conditions() -> str:
    """The types of conditions."""
    return page([NOTE, _CONDITIONS, table(("type", "what it means when True"), _words(ConditionType)), _WAITING])


def reasons() -> str:
    """The closed list of reasons."""
    return page([NOTE, _REASONS, table(("reason", "meaning"), ((f"`{r.value}`", r.meaning) for r in Reason))])


def page(paragraphs: Iterable[str]) -> str:
    """The text of a file."""
    return "\n\n".join(paragraphs) + "\n"


def _columns(kind: Kind) -> str:
    rows = ((c.name, f"`{c.path}`", "`-o wide`" if c.wide else "") for c in kind.columns)
    return table(("column", "from", "only with"), rows)


def _words(words: type[StrEnum]) -> Iterator[tuple[str, str]]:
    docs = attributes(words)
    return ((f"`{w.value}`", docs[w.name]) for w in words)


def _annotations() -> Iterator[tuple[str, str]]:
    for name, meaning in attributes(resource).items():
        if name.endswith("_ANNOTATION"):
            yield f"`{getattr(resource, name)}`", meaning
