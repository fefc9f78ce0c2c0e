"""ApplicationConfiguration: defaults filled in, updates applied.

The shapes are irregular (`X` in a request, `XUpdate` in an update, `XDescription` in an answer; see `shapes`), and the
values of a part count only when its ConfigurationType is CUSTOM.
"""

from copy import deepcopy
from typing import Any, Final

Json = dict[str, Any]

CHECKPOINT: Final = {
    "ConfigurationType": "DEFAULT",
    "CheckpointingEnabled": True,
    "CheckpointInterval": 60_000,
    "MinPauseBetweenCheckpoints": 5_000,
}
MONITORING: Final = {"ConfigurationType": "DEFAULT", "MetricsLevel": "APPLICATION", "LogLevel": "INFO"}
PARALLELISM: Final = {
    "ConfigurationType": "DEFAULT",
    "Parallelism": 1,
    "ParallelismPerKPU": 1,
    "AutoScalingEnabled": True,
}
FLINK_PARTS: Final[dict[str, Json]] = {
    "CheckpointConfiguration": CHECKPOINT,
    "MonitoringConfiguration": MONITORING,
    "ParallelismConfiguration": PARALLELISM,
}


def completed(request: Json) -> Json:
    """What CreateApplication was given, with the service's defaults for what it left out."""
    flink = request.get("FlinkApplicationConfiguration") or {}
    return {
        "ApplicationCodeConfiguration": deepcopy(request.get("ApplicationCodeConfiguration") or {}),
        "FlinkApplicationConfiguration": {
            part: _custom_or_default(flink.get(part) or {}, defaults, defaults)
            for part, defaults in FLINK_PARTS.items()
        },
        "EnvironmentProperties": deepcopy(request.get("EnvironmentProperties") or {"PropertyGroups": []}),
        "ApplicationSnapshotConfiguration": {"SnapshotsEnabled": True}
        | (request.get("ApplicationSnapshotConfiguration") or {}),
        "ApplicationSystemRollbackConfiguration": {"RollbackEnabled": False}
        | (request.get("ApplicationSystemRollbackConfiguration") or {}),
    }


def changed(configuration: Json, update: Json) -> Json:
    """A configuration after an ApplicationConfigurationUpdate."""
    result = deepcopy(configuration)
    if code := update.get("ApplicationCodeConfigurationUpdate"):
        result["ApplicationCodeConfiguration"] = _changed_code(result["ApplicationCodeConfiguration"], code)
    flink = update.get("FlinkApplicationConfigurationUpdate") or {}
    for part, defaults in FLINK_PARTS.items():
        if given := flink.get(f"{part}Update"):
            before = result["FlinkApplicationConfiguration"][part]
            result["FlinkApplicationConfiguration"][part] = _custom_or_default(_plain(given), before, defaults)
    if (properties := update.get("EnvironmentPropertyUpdates")) is not None:
        result["EnvironmentProperties"] = deepcopy(properties)  # groups and keys that are not named are gone
    for part in ("ApplicationSnapshotConfiguration", "ApplicationSystemRollbackConfiguration"):
        result[part] |= _plain(update.get(f"{part}Update") or {})
    return result


def _custom_or_default(given: Json, before: Json, defaults: Json) -> Json:
    kind = given.get("ConfigurationType", before["ConfigurationType"])
    if kind != "CUSTOM":
        return {**defaults, "ConfigurationType": "DEFAULT"}
    return {**before, **given, "ConfigurationType": "CUSTOM"}


def _changed_code(code: Json, update: Json) -> Json:
    result = deepcopy(code)
    if kind := update.get("CodeContentTypeUpdate"):
        result["CodeContentType"] = kind
    content = update.get("CodeContentUpdate") or {}
    if "ZipFileContentUpdate" in content:
        result["CodeContent"] = {"ZipFileContent": content["ZipFileContentUpdate"]}
    if location := content.get("S3ContentLocationUpdate"):
        given = _plain(location)
        before = result.get("CodeContent", {}).get("S3ContentLocation", {})
        moved = any(key in given and given[key] != before.get(key) for key in ("BucketARN", "FileKey"))
        kept = {k: v for k, v in before.items() if not (moved and k == "ObjectVersion")}
        result["CodeContent"] = {"S3ContentLocation": {**kept, **given}}
    return result


def _plain(update: Json) -> Json:
    """The same without `Update` at the end of names."""
    return {key.removesuffix("Update"): value for key, value in update.items()}
