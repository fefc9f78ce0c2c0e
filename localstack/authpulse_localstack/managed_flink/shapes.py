"""Descriptions: what is remembered, in the API's shapes."""

import hashlib
from typing import Any

from authpulse_localstack.managed_flink.applications import Application, Operation, Snapshot, Version

Json = dict[str, Any]

MAX_ERROR: int = 512
WINDOW_HOURS: int = 8


def detail(application: Application, version: Version | None = None, *, job_plan: str = "") -> Json:
    """ApplicationDetail of the current version, or of an older one."""
    version = version or application.version
    settings = version.settings
    is_current = version is application.version
    described: Json = {
        "ApplicationARN": application.arn,
        "ApplicationDescription": settings.description,
        "ApplicationName": application.name,
        "RuntimeEnvironment": settings.runtime,
        "ServiceExecutionRole": settings.role_arn,
        "ApplicationStatus": application.status if is_current else version.status,
        "ApplicationVersionId": version.number,
        "CreateTimestamp": application.created,
        "LastUpdateTimestamp": application.updated,
        "ApplicationConfigurationDescription": _configuration(application, version, job_plan),
        "CloudWatchLoggingOptionDescriptions": [
            {"CloudWatchLoggingOptionId": option, "LogStreamARN": arn} for option, arn in settings.log_streams
        ],
        "ApplicationMaintenanceConfigurationDescription": maintenance(application),
        "ApplicationVersionCreateTimestamp": version.created,
        "ConditionalToken": version.token,
        "ApplicationMode": "STREAMING",
    }
    origins = {
        "ApplicationVersionUpdatedFrom": version.updated_from,
        "ApplicationVersionRolledBackFrom": version.rolled_back_from,
        "ApplicationVersionRolledBackTo": version.rolled_back_to,
    }
    return described | {name: number for name, number in origins.items() if number is not None}


def summary(application: Application) -> Json:
    return {
        "ApplicationName": application.name,
        "ApplicationARN": application.arn,
        "ApplicationStatus": application.status,
        "ApplicationVersionId": application.version.number,
        "RuntimeEnvironment": application.settings.runtime,
        "ApplicationMode": "STREAMING",
    }


def version_summary(application: Application, version: Version) -> Json:
    status = application.status if version is application.version else version.status
    return {"ApplicationVersionId": version.number, "ApplicationStatus": status}


def snapshot(snapshot: Snapshot) -> Json:
    """SnapshotDetails."""
    return {
        "SnapshotName": snapshot.name,
        "SnapshotStatus": snapshot.status,
        "ApplicationVersionId": snapshot.version,
        "SnapshotCreationTimestamp": snapshot.created,
        "RuntimeEnvironment": snapshot.runtime,
    }


def operation_summary(operation: Operation) -> Json:
    """ApplicationOperationInfo."""
    summary: Json = {
        "Operation": operation.name,
        "OperationId": operation.id,
        "StartTime": operation.started,
        "OperationStatus": operation.progress,
    }
    return summary | ({"EndTime": operation.ended} if operation.ended else {})


def operation(operation: Operation) -> Json:
    """ApplicationOperationInfoDetails."""
    details: Json = {
        "Operation": operation.name,
        "StartTime": operation.started,
        "OperationStatus": operation.progress,
    }
    if operation.ended:
        details["EndTime"] = operation.ended
    if operation.from_version and operation.to_version:
        details["ApplicationVersionChangeDetails"] = {
            "ApplicationVersionUpdatedFrom": operation.from_version,
            "ApplicationVersionUpdatedTo": operation.to_version,
        }
    if operation.error:
        failure: Json = {"ErrorInfo": {"ErrorString": operation.error[:MAX_ERROR]}}
        if operation.rollback_operation:
            failure["RollbackOperationId"] = operation.rollback_operation
        details["OperationFailureDetails"] = failure
    return details


def maintenance(application: Application) -> Json:
    """ApplicationMaintenanceConfigurationDescription: a window of eight hours."""
    hours, minutes = map(int, application.maintenance_start.split(":"))
    return {
        "ApplicationMaintenanceWindowStartTime": application.maintenance_start,
        "ApplicationMaintenanceWindowEndTime": f"{(hours + WINDOW_HOURS) % 24:02}:{minutes:02}",
    }


def tags(application: Application) -> list[Json]:
    return [{"Key": key, "Value": value} for key, value in sorted(application.tags.items())]


def _configuration(application: Application, version: Version, job_plan: str) -> Json:
    """ApplicationConfigurationDescription."""
    configuration = version.settings.configuration
    flink: Json = {f"{part}Description": dict(values) for part, values in _flink(configuration).items()}
    parallelism = flink["ParallelismConfigurationDescription"]
    parallelism["CurrentParallelism"] = parallelism["Parallelism"]
    if job_plan:
        flink["JobPlanDescription"] = job_plan
    groups = configuration["EnvironmentProperties"]["PropertyGroups"]
    described: Json = {
        "ApplicationCodeConfigurationDescription": _code(configuration["ApplicationCodeConfiguration"]),
        "FlinkApplicationConfigurationDescription": flink,
        "EnvironmentPropertyDescriptions": {"PropertyGroupDescriptions": groups},
        "ApplicationSnapshotConfigurationDescription": configuration["ApplicationSnapshotConfiguration"],
        "ApplicationSystemRollbackConfigurationDescription": configuration["ApplicationSystemRollbackConfiguration"],
    }
    if application.run_configuration:
        described["RunConfigurationDescription"] = _run_configuration(application.run_configuration)
    return described


def _flink(configuration: Json) -> dict[str, Json]:
    parts: dict[str, Json] = configuration["FlinkApplicationConfiguration"]
    return parts


def _code(code: Json) -> Json:
    content = code["CodeContent"]
    described: Json
    if location := content.get("S3ContentLocation"):
        described = {"S3ApplicationCodeLocationDescription": location}
    else:
        zipped = content["ZipFileContent"]
        # the model gives the field a length of 128: what is there cannot be an MD5
        described = {"CodeMD5": hashlib.sha512(zipped).hexdigest(), "CodeSize": len(zipped)}
    return {"CodeContentType": code["CodeContentType"], "CodeContentDescription": described}


def _run_configuration(run: Json) -> Json:
    return {
        "ApplicationRestoreConfigurationDescription": run["ApplicationRestoreConfiguration"],
        "FlinkRunConfigurationDescription": run["FlinkRunConfiguration"],
    }
