"""The API's shapes: settings to requests, descriptions to settings.

Names change from request (`X`) to update (`XUpdate`) to description (`XDescription`), not always regularly: this is the
only place that knows.
"""

from collections.abc import Mapping
from typing import Any, Final

from authpulse_operator.core.acts import Restore
from authpulse_operator.core.settings import PropertyGroups, Settings
from authpulse_operator.core.world import Application, ApplicationState, Failure, Operation, Snapshot

Json = dict[str, Any]

_RESTORE: Final = {
    "latest-snapshot": "RESTORE_FROM_LATEST_SNAPSHOT",
    "nothing": "SKIP_RESTORE_FROM_SNAPSHOT",
    "snapshot": "RESTORE_FROM_CUSTOM_SNAPSHOT",
}


def create_request(name: str, settings: Settings, labels: Mapping[str, str]) -> Json:
    """CreateApplication."""
    request: Json = {
        "ApplicationName": name,
        "RuntimeEnvironment": settings.runtime,
        "ServiceExecutionRole": settings.role_arn,
        "ApplicationMode": "STREAMING",
        "Tags": tags(labels),
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
                    "MetricsLevel": settings.metrics_level,
                    "LogLevel": settings.log_level,
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
    if settings.subnet_ids:
        request["ApplicationConfiguration"]["VpcConfigurations"] = [
            {"SubnetIds": list(settings.subnet_ids), "SecurityGroupIds": list(settings.security_group_ids)}
        ]
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
                "MonitoringConfigurationUpdate": {
                    "ConfigurationTypeUpdate": "CUSTOM",
                    "MetricsLevelUpdate": settings.metrics_level,
                    "LogLevelUpdate": settings.log_level,
                },
                "ParallelismConfigurationUpdate": {
                    "ConfigurationTypeUpdate": "CUSTOM",
                    "ParallelismUpdate": settings.parallelism,
                    "ParallelismPerKPUUpdate": settings.parallelism_per_kpu,
                    "AutoScalingEnabledUpdate": False,
                },
            },
        },
    }


def run_configuration(restore: Restore) -> Json:
    """RunConfiguration and RunConfigurationUpdate have the same shape."""
    chosen = {"ApplicationRestoreType": _RESTORE[restore.kind]}
    if restore.name:
        chosen["SnapshotName"] = restore.name
    return {
        "FlinkRunConfiguration": {"AllowNonRestoredState": False},
        "ApplicationRestoreConfiguration": chosen,
    }


def application(
    detail: Mapping[str, Any],
    *,
    owner: str | None,
    snapshots: tuple[Snapshot, ...],
    operations: tuple[Operation, ...],
    failure: Failure | None,
) -> Application:
    """ApplicationDetail to the core's words."""
    maintenance = detail.get("ApplicationMaintenanceConfigurationDescription", {})
    return Application(
        name=detail["ApplicationName"],
        state=ApplicationState(detail["ApplicationStatus"]),
        version_id=detail["ApplicationVersionId"],
        token=detail.get("ConditionalToken", ""),
        created=detail["CreateTimestamp"],
        settings=_settings(detail),
        owner=owner,
        snapshots=snapshots,
        operations=operations,
        failure=failure,
        maintenance_start=maintenance.get("ApplicationMaintenanceWindowStartTime"),
    )


def snapshot(summary: Mapping[str, Any]) -> Snapshot:
    """SnapshotDetails."""
    return Snapshot(
        name=summary["SnapshotName"],
        status=summary["SnapshotStatus"],
        created=summary["SnapshotCreationTimestamp"],
        version_id=summary["ApplicationVersionId"],
    )


def operation(summary: Mapping[str, Any]) -> Operation:
    """ApplicationOperationInfo."""
    return Operation(
        id=summary["OperationId"],
        kind=summary["Operation"],
        status=summary["OperationStatus"],
        started=summary["StartTime"],
    )


def failure(times: int, newest: Mapping[str, Any]) -> Failure:
    """ApplicationOperationInfoDetails of the newest of several failed operations."""
    said = newest.get("OperationFailureDetails", {}).get("ErrorInfo", {}).get("ErrorString") or "no reason was given"
    return Failure(times, " ".join(said.split()), newest.get("EndTime") or newest["StartTime"])


def _settings(detail: Mapping[str, Any]) -> Settings:
    """Somebody else's application of our name may be of any kind: what it has not is described as nothing."""
    described = detail.get("ApplicationConfigurationDescription", {})
    code = described.get("ApplicationCodeConfigurationDescription", {}).get("CodeContentDescription", {})
    location = code.get("S3ApplicationCodeLocationDescription", {})
    flink = described.get("FlinkApplicationConfigurationDescription", {})
    checkpoint = flink.get("CheckpointConfigurationDescription", {})
    monitoring = flink.get("MonitoringConfigurationDescription", {})
    parallelism = flink.get("ParallelismConfigurationDescription", {})
    groups = described.get("EnvironmentPropertyDescriptions", {}).get("PropertyGroupDescriptions", [])
    snapshots = described.get("ApplicationSnapshotConfigurationDescription", {})
    logging = detail.get("CloudWatchLoggingOptionDescriptions", [])
    networks = described.get("VpcConfigurationDescriptions", [])
    network = networks[0] if networks else {}
    return Settings(
        runtime=detail["RuntimeEnvironment"],
        role_arn=detail.get("ServiceExecutionRole", ""),
        bucket=location.get("BucketARN", "").removeprefix("arn:aws:s3:::"),
        code_key=location.get("FileKey", ""),
        property_groups={g["PropertyGroupId"]: g["PropertyMap"] for g in groups},
        parallelism=parallelism.get("Parallelism", 0),
        parallelism_per_kpu=parallelism.get("ParallelismPerKPU", 0),
        checkpoint_interval_ms=checkpoint.get("CheckpointInterval", 0),
        checkpoint_min_pause_ms=checkpoint.get("MinPauseBetweenCheckpoints", 0),
        snapshots_enabled=snapshots.get("SnapshotsEnabled", True),
        log_stream_arn=logging[0]["LogStreamARN"] if logging else None,
        log_level=monitoring.get("LogLevel", ""),
        metrics_level=monitoring.get("MetricsLevel", ""),
        subnet_ids=tuple(network.get("SubnetIds", ())),
        security_group_ids=tuple(network.get("SecurityGroupIds", ())),
    )


def tags(labels: Mapping[str, str]) -> list[Any]:
    """Tags in a request."""
    return [{"Key": k, "Value": v} for k, v in labels.items()]


def _groups(groups: PropertyGroups) -> list[Json]:
    return [{"PropertyGroupId": name, "PropertyMap": dict(values)} for name, values in groups.items()]
