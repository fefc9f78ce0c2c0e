"""RunConfiguration: which snapshot a job goes on from, and whether state may be left behind."""

from typing import Any, Final

from authpulse_localstack.managed_flink.applications import Application, Snapshot
from authpulse_localstack.managed_flink.errors import InvalidArgument

Json = dict[str, Any]

SKIP: Final = "SKIP_RESTORE_FROM_SNAPSHOT"
LATEST: Final = "RESTORE_FROM_LATEST_SNAPSHOT"
CUSTOM: Final = "RESTORE_FROM_CUSTOM_SNAPSHOT"


def completed(request: Json | None) -> Json:
    """What a start or an update was given, with defaults: AllowNonRestoredState is false again with every one."""
    given = request or {}
    restore = given.get("ApplicationRestoreConfiguration") or {"ApplicationRestoreType": LATEST}
    kind = restore.get("ApplicationRestoreType")
    if kind not in (SKIP, LATEST, CUSTOM):
        raise InvalidArgument(f"ApplicationRestoreType {kind}: there are {SKIP}, {LATEST}, {CUSTOM}")
    if (kind == CUSTOM) != bool(restore.get("SnapshotName")):
        raise InvalidArgument(f"SnapshotName belongs to {CUSTOM}, and to nothing else")
    allow = (given.get("FlinkRunConfiguration") or {}).get("AllowNonRestoredState", False)
    return {"ApplicationRestoreConfiguration": restore, "FlinkRunConfiguration": {"AllowNonRestoredState": allow}}


def snapshot_for(application: Application, run_configuration: Json) -> Snapshot | None:
    """The snapshot that a completed configuration means now; without any, the latest is none.

    Raises ResourceNotFound or InvalidArgument for a named one that cannot be restored.
    """
    restore = run_configuration["ApplicationRestoreConfiguration"]
    match restore["ApplicationRestoreType"]:
        case "RESTORE_FROM_CUSTOM_SNAPSHOT":
            return application.ready_snapshot(restore["SnapshotName"])
        case "RESTORE_FROM_LATEST_SNAPSHOT":
            return application.latest_snapshot()
        case _:
            return None


def allows_non_restored_state(run_configuration: Json) -> bool:
    return bool(run_configuration["FlinkRunConfiguration"]["AllowNonRestoredState"])


def check_latest_exists(application: Application, request: Json | None) -> None:
    """Raises InvalidArgument when a start asks in so many words for a latest snapshot that is not there."""
    asked = ((request or {}).get("ApplicationRestoreConfiguration") or {}).get("ApplicationRestoreType")
    if asked == LATEST and application.latest_snapshot() is None:
        raise InvalidArgument(f"application {application.name} has no snapshot to restore from")
