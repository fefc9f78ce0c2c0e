"""A look at an AuthPulseSnapshot: observe its pipeline's application, decide, record, act."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from authpulse.errors import InputError
from authpulse_operator.adapters.kube.errors import Gone
from authpulse_operator.api.definitions import SNAPSHOT, Kind
from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.resource import API_VERSION, AuthPulse
from authpulse_operator.api.snapshot import KIND, AuthPulseSnapshot, SnapshotState, SnapshotStatus, parse_snapshot
from authpulse_operator.core import acts
from authpulse_operator.core.errors import OperatorError, Recoverable
from authpulse_operator.core.meaning import names_of
from authpulse_operator.core.snapshot_resource import SnapshotCase, SnapshotDecision, after_refusal, decide_snapshot
from authpulse_operator.ports.flink import FlinkService
from authpulse_operator.ports.recording import SnapshotStatusWriter
from authpulse_operator.runtime.logs import LOGGER, about
from authpulse_operator.runtime.looping import NEVER, Look
from authpulse_operator.runtime.passes import unforeseen
from authpulse_operator.runtime.resources import Document, Worlds, in_one_line, parse

HINDERED_SECONDS: Final = 5.0

log = logging.getLogger(f"{LOGGER}.snapshot")


@dataclass(frozen=True, slots=True)
class _Service:
    """Managed Flink as the snapshot's AuthPulse uses it."""

    flink: FlinkService
    application: str


@dataclass(eq=False)
class Snapshots:
    """`looping.Reconciler` for AuthPulseSnapshots. `pipeline` gives an AuthPulse as last seen."""

    worlds: Worlds
    pipeline: Callable[[str, str], Document | None]
    kind: Kind = SNAPSHOT
    _statuses: dict[str, SnapshotStatusWriter] = field(default_factory=dict)

    def reconcile(self, document: Document) -> Look:
        return self._step(document, deleting=False)

    def farewell(self, document: Document) -> Look:
        return self._step(document, deleting=True)

    def refreshed(self, document: Document) -> Document | None:
        return self.worlds.refreshed(document)

    def forget(self, document: Document) -> None:
        self._statuses.pop(document["metadata"]["uid"], None)

    def _step(self, document: Document, *, deleting: bool) -> Look:
        status = self._status(document)
        try:
            return self._look(document, status, deleting=deleting)
        except Gone:
            return Look(NEVER, "Gone", done=True)
        except OperatorError as error:
            after = error.after_seconds if isinstance(error, Recoverable) else HINDERED_SECONDS
            if not deleting:
                _record(status, error.reason, str(error))
            return Look(after, error.reason, hindered=True)
        except Exception as error:
            if not deleting:
                _confess(status, error)
            raise

    def _look(self, document: Document, status: SnapshotStatusWriter, *, deleting: bool) -> Look:
        metadata = document["metadata"]
        manifest = {"apiVersion": API_VERSION, "kind": KIND, "metadata": metadata, "spec": document["spec"]}
        try:
            snapshot = parse_snapshot(manifest, "resource")
        except InputError as error:
            if not deleting:
                _record(status, Reason.INVALID_SPEC, in_one_line(error))
            return Look(NEVER, Reason.INVALID_SPEC, done=deleting)
        service = self._service(snapshot)
        case = SnapshotCase(
            snapshot=snapshot,
            status=status.read(),
            now=self.worlds.clock.now(),
            pipeline=service is not None,
            application=service.flink.describe(service.application) if service else None,
            deleting=deleting,
        )
        decision = decide_snapshot(case)
        status.write(decision.status)
        if decision.act is not None and service is not None:
            log.info("%s", type(decision.act).__name__, extra=_about(document, decision))
            decision = _carry_out(decision, case, service, status)
        reason = decision.status.reason or Reason.SNAPSHOTTING
        return Look(decision.next_look_seconds, reason, done=decision.done)

    def _service(self, snapshot: AuthPulseSnapshot) -> _Service | None:
        """None where its AuthPulse does not exist, is going, or never had a spec that could be used."""
        namespace, name = snapshot.metadata.namespace, snapshot.spec.auth_pulse
        document = self.pipeline(namespace, name) or self.worlds.find(namespace, name)
        if document is None:
            return None
        resource = _usable(document)
        if resource is None:
            return None
        names = names_of(resource.spec, self.worlds.account(resource))
        flink = self.worlds.aws(resource, names).flink
        return _Service(flink, names.application)

    def _status(self, document: Document) -> SnapshotStatusWriter:
        uid = document["metadata"]["uid"]
        if uid not in self._statuses:
            self._statuses[uid] = self.worlds.snapshot_status(document)
        return self._statuses[uid]


def _carry_out(
    decision: SnapshotDecision, case: SnapshotCase, service: _Service, status: SnapshotStatusWriter
) -> SnapshotDecision:
    try:
        match decision.act:
            case acts.TakeSnapshot(name):
                service.flink.take_snapshot(service.application, name)
            case acts.DeleteSnapshot(found):
                service.flink.delete_snapshot(service.application, found)
    except OperatorError as error:
        if case.deleting or isinstance(decision.act, acts.DeleteSnapshot):
            raise
        refused = after_refusal(case, error)
        status.write(refused.status)
        return refused
    return decision


def _usable(document: Document) -> AuthPulse | None:
    accepted = ((document.get("status") or {}).get("accepted") or {}).get("spec")
    for spec in (document["spec"], accepted):
        try:
            return parse(document, spec or {})
        except InputError:
            continue
    return None


def _record(status: SnapshotStatusWriter, reason: Reason, message: str) -> None:
    """What stands in the way, of one that has not ended."""
    before: SnapshotStatus = status.read()
    if before.state in (SnapshotState.PENDING, SnapshotState.IN_PROGRESS):
        status.write(before.model_copy(update={"reason": reason, "message": message}))


def _confess(status: SnapshotStatusWriter, error: Exception) -> None:
    try:
        _record(status, Reason.INTERNAL_ERROR, unforeseen(error).message)
    except OperatorError as refused:
        log.warning("cannot say so in the status: %s", refused)


def _about(document: Document, decision: SnapshotDecision) -> dict[str, object]:
    metadata = document["metadata"]
    return about(
        kind=KIND,
        resource=metadata["name"],
        namespace=metadata["namespace"],
        generation=metadata["generation"],
        reason=decision.status.reason,
        act=type(decision.act).__name__,
    )
