"""`authpulse plan`: what a manifest would have done, against what is there now. Looks, and writes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from authpulse.cli.pipeline import Pipeline, local_aws_of, read_resource
from authpulse.cli.places import home as folder_of
from authpulse.errors import EXIT_CHANGES
from authpulse_operator.adapters.local.home import Home
from authpulse_operator.adapters.local.local_aws import LocalAws
from authpulse_operator.adapters.local.status_file import StatusFile
from authpulse_operator.api.resource import AuthPulse
from authpulse_operator.api.status import Status
from authpulse_operator.core.caveats import caveats
from authpulse_operator.core.comparing import FieldChanged, changed_fields
from authpulse_operator.core.foretelling import End, Forecast
from authpulse_operator.core.recalling import recalled
from authpulse_operator.core.replaying import NOT_BEGUN
from authpulse_operator.core.world import ApplicationState, Observation
from authpulse_operator.runtime.foretelling import foretell_from_memory, foretell_from_nothing, foretell_now

UNKNOWN_ENDPOINT: Final = "http://127.0.0.1"


@dataclass(frozen=True, slots=True)
class Planned:
    """A forecast with what it was made from."""

    resource: AuthPulse
    forecast: Forecast
    basis: str
    """From what it was planned, and why from that."""
    changes: tuple[FieldChanged, ...] = ()
    """Fields of the spec that differ from what is applied now; empty where nothing is."""
    in_cluster: bool = False

    @property
    def warnings(self) -> tuple[str, ...]:
        return caveats(self.forecast, self.changes)

    @property
    def is_refused(self) -> bool:
        """It ends in something that needs a person."""
        return self.forecast.end is not End.SETTLED and self.forecast.end is not End.WAITING

    def exit_code(self, *, detailed: bool) -> int:
        """0; 1 where it would not get to its end; with `detailed` 10 where there is something to do."""
        if self.is_refused:
            return 1
        return EXIT_CHANGES if detailed and self.forecast.steps else 0


def plan_here(manifest: Path) -> Planned:
    """Against the pipeline of this machine. Raises AuthPulseError for mistakes in the manifest, for what is not built,
    and for a local AWS that does not answer."""
    home = Home(folder_of(read_resource(manifest).spec.environment))
    applied = home.applied()
    resource = _next(read_resource(manifest), applied)
    if applied is None:
        return _from_nothing(resource, home, "from nothing: nothing was started here yet")
    aws, status = local_aws_of(home).find(), StatusFile(home.status).read()
    changes = changed_fields(applied.spec, resource.spec)
    if aws is None:
        return _from_memory(resource, home, applied, status, changes)
    if home.incarnation not in (None, aws.incarnation):
        return _from_nothing(resource, home, "from nothing: the local AWS has lost its state")
    pipeline = Pipeline(resource, home, aws)
    forecast = foretell_now(pipeline.plan(), pipeline.world(), seen_as=_failed_replays_tried_again)
    return Planned(resource, forecast, f"against the local AWS at {aws.endpoint}", changes)


def _next(resource: AuthPulse, applied: AuthPulse | None) -> AuthPulse:
    """With the generation that applying it would give."""
    generation = 1 if applied is None else applied.metadata.generation + (applied.spec != resource.spec)
    return resource.model_copy(update={"metadata": resource.metadata.model_copy(update={"generation": generation})})


def _from_memory(
    resource: AuthPulse, home: Home, applied: AuthPulse, status: Status, changes: tuple[FieldChanged, ...]
) -> Planned:
    """`down` leaves a status that `up` goes on from; without `down` the local AWS has lost its state."""
    stopped = status.application is not None and status.application.status == ApplicationState.READY
    if not stopped:
        return _from_nothing(resource, home, "from nothing: the local AWS ended without `authpulse down`")
    plan = Pipeline(resource, home, LocalAws(_endpoint_of(status), "")).plan()
    seen = recalled(status, applied.spec, owner=resource.identity, now=datetime.now(UTC))
    if seen is None:
        return _from_nothing(resource, home, "from nothing: what is deployed is not known while nothing runs")
    forecast = foretell_from_memory(plan, status, _failed_replays_tried_again(seen), datetime.now(UTC))
    return Planned(resource, forecast, "from what was seen last: the local AWS does not run", changes)


def _from_nothing(resource: AuthPulse, home: Home, why: str) -> Planned:
    plan = Pipeline(resource, home, LocalAws(UNKNOWN_ENDPOINT, "")).plan()
    return Planned(resource, foretell_from_nothing(plan, datetime.now(UTC)), why)


def _endpoint_of(status: Status) -> str:
    """The next local AWS takes the port of the last one."""
    settings = status.last_stable.settings if status.last_stable else {}
    groups: Mapping[str, Mapping[str, str]] = settings.get("property_groups", {})
    return groups.get("authpulse.source", {}).get("aws.endpoint", UNKNOWN_ENDPOINT)


def _failed_replays_tried_again(seen: Observation) -> Observation:
    """`up` does that: a person asks for it."""
    again = {run: NOT_BEGUN if r.state == "Failed" else r for run, r in seen.replays.items()}
    return replace(seen, replays=again)
