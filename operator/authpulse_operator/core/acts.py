"""What can be done about a resource. Values: deciding makes them, the runtime carries them out."""

from dataclasses import dataclass
from typing import Literal

from authpulse_operator.api.spec import Replay
from authpulse_operator.core.world import Application, Settings

Restore = Literal["latest-snapshot", "nothing"]


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
class UpdateApplication:
    """`application` carries the conditional token: repeated after it took effect, the service refuses it."""

    application: Application
    settings: Settings
    restore: Restore

    @property
    def detail(self) -> str:
        changed = ", ".join(self.application.settings.differences(self.settings))
        return f"version {self.application.version_id}: {changed}"


@dataclass(frozen=True, slots=True)
class StartApplication:
    restore: Restore

    @property
    def detail(self) -> str:
        return f"from {self.restore.replace('-', ' ')}"


@dataclass(frozen=True, slots=True)
class StopApplication:
    """With a snapshot where snapshots are enabled, unless forced."""

    force: bool = False

    @property
    def detail(self) -> str:
        return "by force" if self.force else "with a snapshot"


@dataclass(frozen=True, slots=True)
class DeleteApplication:
    application: Application

    @property
    def detail(self) -> str:
        return self.application.name


@dataclass(frozen=True, slots=True)
class StartReplay:
    replay: Replay

    @property
    def detail(self) -> str:
        return self.replay.name


@dataclass(frozen=True, slots=True)
class StopReplay:
    name: str

    @property
    def detail(self) -> str:
        return self.name


Act = (
    MakeFoundation
    | Reshard
    | Upload
    | CreateApplication
    | UpdateApplication
    | StartApplication
    | StopApplication
    | DeleteApplication
    | StartReplay
    | StopReplay
)
