"""What the service refuses before it does anything. Every function raises `errors.ManagedFlinkError`s or returns."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from authpulse_localstack.managed_flink.cluster.port import RunOptions
from authpulse_localstack.managed_flink.errors import (
    InvalidApplicationConfiguration,
    InvalidArgument,
    TooManyTags,
    UnsupportedOperation,
)

Json = dict[str, Any]

RUNTIME: Final = "FLINK-2_2"
NAME: Final = re.compile(r"[a-zA-Z0-9_.-]+")
LOG_STREAM: Final = re.compile(r"arn:[^:]+:logs:[^:]+:[^:]+:log-group:[^:]+:log-stream:.+")
BUCKET_ARN: Final = re.compile(r"arn:[^:]+:s3:::[^/:]+")

RUN_OPTIONS: Final = "kinesis.analytics.flink.run.options"
MAX_GROUPS, MAX_KEYS, MAX_GROUP_ID, MAX_PROPERTY = 50, 50, 50, 2048
MAX_PARALLELISM, MAX_PER_KPU, MAX_KPUS = 256, 8, 64
MAX_TAGS: Final = 50
NOT_HERE: Final = ("SqlApplicationConfiguration", "ZeppelinApplicationConfiguration")


def check_name(kind: str, name: str, longest: int = 128) -> None:
    if len(name) > longest or not NAME.fullmatch(name):
        raise InvalidArgument(f"{kind} {name!r}: 1 to {longest} characters of a-z A-Z 0-9 _ . - are allowed")


def check_runtime(runtime: str) -> None:
    if runtime != RUNTIME:
        raise InvalidArgument(f"RuntimeEnvironment {runtime}: this machine runs {RUNTIME} only")


def check_mode(mode: str) -> None:
    if mode != "STREAMING":
        raise InvalidArgument(f"ApplicationMode {mode}: only STREAMING exists for {RUNTIME}")


def check_tags(tags: Mapping[str, str]) -> None:
    if len(tags) > MAX_TAGS:
        raise TooManyTags(f"{len(tags)} tags: an application has at most {MAX_TAGS}")


def check_log_streams(arns: Sequence[str]) -> None:
    if len(arns) > 1:
        raise InvalidArgument("CloudWatchLoggingOptions: an application has at most one log stream")
    for arn in arns:
        if not LOG_STREAM.fullmatch(arn):
            raise InvalidArgument(f"LogStreamARN {arn}: not the ARN of a log stream (arn:…:log-group:G:log-stream:S)")


def check_configuration(configuration: Json, request: Json) -> None:
    """The completed configuration; `request` is looked at for parts that are not kept."""
    for part in NOT_HERE:
        if request.get(part):
            raise UnsupportedOperation(f"{part}: only Flink applications run here")
    if request.get("VpcConfigurations"):
        raise InvalidArgument("VpcConfigurations: this machine has no VPCs; leave them out")
    if (request.get("ApplicationEncryptionConfiguration") or {}).get("KeyType") == "CUSTOMER_MANAGED_KEY":
        raise InvalidArgument("ApplicationEncryptionConfiguration: nothing is encrypted here; use AWS_OWNED_KEY")
    _check_code(configuration["ApplicationCodeConfiguration"])
    _check_groups(configuration["EnvironmentProperties"]["PropertyGroups"])
    _check_flink(configuration["FlinkApplicationConfiguration"])


def run_options(groups: Mapping[str, Mapping[str, str]]) -> RunOptions:
    """The group that names the entry point. Raises InvalidApplicationConfiguration for what the service has not."""
    options = dict(groups.get(RUN_OPTIONS) or {})
    python = options.pop("python", None)
    jarfile = options.pop("jarfile", None)
    python_files = options.pop("pyFiles", "")
    if options:
        raise InvalidApplicationConfiguration(
            f"{RUN_OPTIONS}: {', '.join(sorted(options))} not supported; there are python, jarfile, pyFiles"
        )
    if not python:
        raise InvalidApplicationConfiguration(f"{RUN_OPTIONS}: python is missing, the script in the zip to run")
    files = tuple(name.strip() for name in python_files.split(",") if name.strip())
    for name in (python, *files, *([jarfile] if jarfile else [])):
        if name.startswith("/") or ".." in name.split("/"):
            raise InvalidApplicationConfiguration(f"{RUN_OPTIONS}: {name} is not a path within the zip")
    return RunOptions(python=python, jarfile=jarfile, python_files=files)


def _check_code(code: Json) -> None:
    content = code.get("CodeContent") or {}
    if not content:
        raise InvalidArgument("ApplicationCodeConfiguration: a Flink application needs code")
    if code.get("CodeContentType") != "ZIPFILE":
        raise InvalidArgument("CodeContentType: Flink applications are a ZIPFILE")
    location = content.get("S3ContentLocation")
    if location and not BUCKET_ARN.fullmatch(location.get("BucketARN", "")):
        raise InvalidArgument(f"BucketARN {location.get('BucketARN')}: not the ARN of a bucket (arn:aws:s3:::NAME)")
    if not location and "ZipFileContent" not in content:
        raise InvalidArgument("CodeContent: give S3ContentLocation or ZipFileContent")


def _check_groups(groups: Sequence[Json]) -> None:
    if len(groups) > MAX_GROUPS:
        raise InvalidArgument(f"PropertyGroups: {len(groups)} groups; an application has at most {MAX_GROUPS}")
    seen: set[str] = set()
    for group in groups:
        name, values = group["PropertyGroupId"], group["PropertyMap"]
        check_name("PropertyGroupId", name, MAX_GROUP_ID)
        if name in seen:
            raise InvalidArgument(f"PropertyGroups: {name} is there twice")
        seen.add(name)
        if not 1 <= len(values) <= MAX_KEYS:
            raise InvalidArgument(f"property group {name}: {len(values)} keys; 1 to {MAX_KEYS} are allowed")
        for key, value in values.items():
            if not 1 <= len(key) <= MAX_PROPERTY or not 1 <= len(value) <= MAX_PROPERTY:
                raise InvalidArgument(
                    f"property group {name}, key {key[:60]}: keys and values have 1 to {MAX_PROPERTY} characters"
                )


def _check_flink(flink: Json) -> None:
    checkpoint, parallelism = flink["CheckpointConfiguration"], flink["ParallelismConfiguration"]
    if checkpoint["CheckpointInterval"] < 1 or checkpoint["MinPauseBetweenCheckpoints"] < 0:
        raise InvalidArgument("CheckpointConfiguration: the interval is at least 1 ms, the pause at least 0")
    number, per_kpu = parallelism["Parallelism"], parallelism["ParallelismPerKPU"]
    if not 1 <= number <= MAX_PARALLELISM or not 1 <= per_kpu <= MAX_PER_KPU:
        raise InvalidArgument(
            f"ParallelismConfiguration: {number} at {per_kpu} per KPU; "
            f"1 to {MAX_PARALLELISM} at 1 to {MAX_PER_KPU} are allowed"
        )
    if (kpus := -(-number // per_kpu)) > MAX_KPUS:
        raise InvalidArgument(f"ParallelismConfiguration: {kpus} KPUs are needed; the limit is {MAX_KPUS}")
