"""What can be done about a resource. Values: deciding makes them, the runtime carries them out."""

from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from authpulse_operator.api.spec import Replay
from authpulse_operator.core.settings import Settings
from authpulse_operator.core.world import Application, ApplicationState, Snapshot


@dataclass(frozen=True, slots=True)
class Restore:
    """What a job begins with."""

    kind: Literal["latest-snapshot", "nothing", "snapshot"]
    name: str | None = None

    def __str__(self) -> str:
        return f"snapshot {self.name}" if self.name else self.kind.replace("-", " ")


LATEST: Final = Restore("latest-snapshot")
NOTHING: Final = Restore("nothing")


def named(snapshot: str) -> Restore:
    return Restore("snapshot", snapshot)


@dataclass(frozen=True, slots=True)
class MakeFoundation:
    missing: tuple[str, ...]

    @property
    def detail(self) -> str:
        return ", ".join(self.missing)


@dataclass(frozen=True, slots=True)
class Reshard:
    shards: int

    @property
    def detail(self) -> str:
        return f"to {self.shards} shards"


@dataclass(frozen=True, slots=True)
class Upload:
    keys: tuple[str, ...]

    @property
    def detail(self) -> str:
        return ", ".join(self.keys)


@dataclass(frozen=True, slots=True)
class CreateApplication:
    settings: Settings

    @property
    def detail(self) -> str:
        return self.settings.code_key


@dataclass(frozen=True, slots=True)
class AdoptApplication:
    application: Application

    @property
    def detail(self) -> str:
        return self.application.name


@dataclass(frozen=True, slots=True)
class UpdateApplication:
    """`application` carries the conditional token: repeated after it took effect, the service refuses it."""

    operation: ClassVar[str] = "UpdateApplication"
    begins: ClassVar[ApplicationState] = ApplicationState.UPDATING

    application: Application
    settings: Settings
    restore: Restore

    @property
    def detail(self) -> str:
        changed = ", ".join(self.application.settings.differences(self.settings))
        return f"version {self.application.version_id}: {changed}"


@dataclass(frozen=True, slots=True)
class StartApplication:
    operation: ClassVar[str] = "StartApplication"
    begins: ClassVar[ApplicationState] = ApplicationState.STARTING

    restore: Restore

    @property
    def detail(self) -> str:
        return f"from {self.restore}"


@dataclass(frozen=True, slots=True)
class StopApplication:
    """With a snapshot where snapshots are enabled, unless forced."""

    operation: ClassVar[str] = "StopApplication"

    force: bool = False

    @property
    def begins(self) -> ApplicationState:
        return ApplicationState.FORCE_STOPPING if self.force else ApplicationState.STOPPING

    @property
    def detail(self) -> str:
        return "by force" if self.force else "with a snapshot"


@dataclass(frozen=True, slots=True)
class RollBackApplication:
    """The service's own rollback: the way out of an update that does not end."""

    operation: ClassVar[str] = "RollbackApplication"
    begins: ClassVar[ApplicationState] = ApplicationState.ROLLING_BACK

    application: Application

    @property
    def detail(self) -> str:
        return f"from version {self.application.version_id}"


@dataclass(frozen=True, slots=True)
class DeleteApplication:
    operation: ClassVar[str] = "DeleteApplication"
    begins: ClassVar[ApplicationState] = ApplicationState.DELETING

    application: Application

    @property
    def detail(self) -> str:
        return self.application.name


@dataclass(frozen=True, slots=True)
class TakeSnapshot:
    """Of a running job, under a name that is made from the time it is due: taking it twice is refused."""

    name: str

    @property
    def detail(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class DeleteSnapshot:
    snapshot: Snapshot

    @property
    def detail(self) -> str:
        return self.snapshot.name


@dataclass(frozen=True, slots=True)
class SetMaintenanceWindow:
    start: str

    @property
    def detail(self) -> str:
        return f"from {self.start} UTC"


@dataclass(frozen=True, slots=True)
class ApplyWorkloads:
    names: tuple[str, ...]

    @property
    def detail(self) -> str:
        return ", ".join(self.names)


@dataclass(frozen=True, slots=True)
class StartReplay:
    replay: Replay
    run: str

    @property
    def detail(self) -> str:
        return self.run


@dataclass(frozen=True, slots=True)
class StopReplay:
    run: str

    @property
    def detail(self) -> str:
        return self.run


Operation = UpdateApplication | StartApplication | StopApplication | RollBackApplication | DeleteApplication
"""What the service takes its time for, and lists among its operations."""

OfApplication = CreateApplication | AdoptApplication | TakeSnapshot | DeleteSnapshot | SetMaintenanceWindow
"""What the service does at once, or beside the job."""

Provision = MakeFoundation | Reshard | Upload | ApplyWorkloads | StartReplay | StopReplay
"""What an application needs and works on. Each looks before it writes, and the next pass sees what came of it."""

Act = Operation | OfApplication | Provision
