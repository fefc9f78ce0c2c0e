"""The API's shapes: settings to requests, descriptions to settings.

Names change from request (`X`) to update (`XUpdate`) to description (`XDescription`), not always regularly: this is the
only place that knows.
"""

from collections.abc import Mapping
from typing import Any

from authpulse_operator.core.acts import Restore
from authpulse_operator.core.settings import PropertyGroups, Settings
from authpulse_operator.core.world import Application, ApplicationState, Failure

Json = dict[str, Any]

_RESTORE = {"latest-snapshot": "RESTORE_FROM_LATEST_SNAPSHOT", "nothing": "SKIP_RESTORE_FROM_SNAPSHOT"}


def create_request(name: str, settings: Settings, tags: Mapping[str, str]) -> Json:
    """CreateApplication."""
    request: Json = {
        "ApplicationName": name,
        "RuntimeEnvironment": settings.runtime,
        "ServiceExecutionRole": settings.role_arn,
        "ApplicationMode": "STREAMING",
        "Tags": [{"Key": k, "Value": v} for k, v in tags.items()],
        "ApplicationConfiguration": {
            "ApplicationCodeConfiguration": {
                "CodeContentType": "ZIPFILE",
                "CodeContent": {
                    "S3ContentLocation": {
                        "BucketARN": f"arn:aws:s3:::{settings.bucket}",
                        "FileKey": settings.code_key,
                    }
                },
            },
            "ApplicationSnapshotConfiguration": {"SnapshotsEnabled": settings.snapshots_enabled},
            "EnvironmentProperties": {"PropertyGroups": _groups(settings.property_groups)},
            "FlinkApplicationConfiguration": {
                "CheckpointConfiguration": {
                    "ConfigurationType": "CUSTOM",
                    "CheckpointingEnabled": True,
                    "CheckpointInterval": settings.checkpoint_interval_ms,
                    "MinPauseBetweenCheckpoints": settings.checkpoint_min_pause_ms,
                },
                "MonitoringConfiguration": {
                    "ConfigurationType": "CUSTOM",
                    "MetricsLevel": "OPERATOR",
                    "LogLevel": "INFO",
                },
                "ParallelismConfiguration": {
                    "ConfigurationType": "CUSTOM",
                    "Parallelism": settings.parallelism,
                    "ParallelismPerKPU": settings.parallelism_per_kpu,
                    "AutoScalingEnabled": False,  # the operator scales; two of them would fight
                },
            },
        },
    }
    if settings.log_stream_arn:
        request["CloudWatchLoggingOptions"] = [{"LogStreamARN": settings.log_stream_arn}]
    return request


def update_request(application: Application, settings: Settings, restore: Restore) -> Json:
    """UpdateApplication: everything that is ours, whatever differs; run configuration and token always.

    The service forgets AllowNonRestoredState and the restore type with every update that does not say them.
    """
    return {
        "ApplicationName": application.name,
        "ConditionalToken": application.token,
        "RuntimeEnvironmentUpdate": settings.runtime,
        "ServiceExecutionRoleUpdate": settings.role_arn,
        "RunConfigurationUpdate": run_configuration(restore),
        "ApplicationConfigurationUpdate": {
            "ApplicationCodeConfigurationUpdate": {
                "CodeContentUpdate": {
                    "S3ContentLocationUpdate": {
                        "BucketARNUpdate": f"arn:aws:s3:::{settings.bucket}",
                        "FileKeyUpdate": settings.code_key,
                    }
                }
            },
            "ApplicationSnapshotConfigurationUpdate": {"SnapshotsEnabledUpdate": settings.snapshots_enabled},
            "EnvironmentPropertyUpdates": {"PropertyGroups": _groups(settings.property_groups)},
            "FlinkApplicationConfigurationUpdate": {
                "CheckpointConfigurationUpdate": {
                    "ConfigurationTypeUpdate": "CUSTOM",
                    "CheckpointingEnabledUpdate": True,
                    "CheckpointIntervalUpdate": settings.checkpoint_interval_ms,
                    "MinPauseBetweenCheckpointsUpdate": settings.checkpoint_min_pause_ms,
                },
                "ParallelismConfigurationUpdate": {
                    "ConfigurationTypeUpdate": "CUSTOM",
                    "ParallelismUpdate": settings.parallelism,
                    "ParallelismPerKPUUpdate": settings.parallelism_per_kpu,
                },
            },
        },
    }


def run_configuration(restore: Restore) -> Json:
    """RunConfiguration and RunConfigurationUpdate have the same shape."""
    return {
        "FlinkRunConfiguration": {"AllowNonRestoredState": False},
        "ApplicationRestoreConfiguration": {"ApplicationRestoreType": _RESTORE[restore]},
    }


def application(
    detail: Mapping[str, Any], *, owner: str | None, has_snapshot: bool, failure: Failure | None
) -> Application:
    """ApplicationDetail to the core's words."""
    return Application(
        name=detail["ApplicationName"],
        state=ApplicationState(detail["ApplicationStatus"]),
        version_id=detail["ApplicationVersionId"],
        token=detail.get("ConditionalToken", ""),
        created=detail["CreateTimestamp"],
        settings=_settings(detail),
        owner=owner,
        has_snapshot=has_snapshot,
        failure=failure,
    )


def failure(times: int, newest: Mapping[str, Any]) -> Failure:
    """ApplicationOperationInfoDetails of the newest of several failed operations."""
    said = newest.get("OperationFailureDetails", {}).get("ErrorInfo", {}).get("ErrorString") or "no reason was given"
    return Failure(times, " ".join(said.split()), newest.get("EndTime") or newest["StartTime"])


def _settings(detail: Mapping[str, Any]) -> Settings:
    described = detail["ApplicationConfigurationDescription"]
    code = described["ApplicationCodeConfigurationDescription"]["CodeContentDescription"]
    location = code["S3ApplicationCodeLocationDescription"]
    flink = described["FlinkApplicationConfigurationDescription"]
    checkpoint = flink["CheckpointConfigurationDescription"]
    parallelism = flink["ParallelismConfigurationDescription"]
    groups = described.get("EnvironmentPropertyDescriptions", {}).get("PropertyGroupDescriptions", [])
    snapshots = described.get("ApplicationSnapshotConfigurationDescription", {})
    logging = detail.get("CloudWatchLoggingOptionDescriptions", [])
    return Settings(
        runtime=detail["RuntimeEnvironment"],
        role_arn=detail["ServiceExecutionRole"],
        bucket=location["BucketARN"].removeprefix("arn:aws:s3:::"),
        code_key=location["FileKey"],
        property_groups={g["PropertyGroupId"]: g["PropertyMap"] for g in groups},
        parallelism=parallelism["Parallelism"],
        parallelism_per_kpu=parallelism["ParallelismPerKPU"],
        checkpoint_interval_ms=checkpoint.get("CheckpointInterval", 0),
        checkpoint_min_pause_ms=checkpoint.get("MinPauseBetweenCheckpoints", 0),
        snapshots_enabled=snapshots.get("SnapshotsEnabled", True),
        log_stream_arn=logging[0]["LogStreamARN"] if logging else None,
    )


def _groups(groups: PropertyGroups) -> list[Json]:
    return [{"PropertyGroupId": name, "PropertyMap": dict(values)} for name, values in groups.items()]
