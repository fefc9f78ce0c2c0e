"""What a spec means for the application: its settings, down to the last property."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from authpulse.names import Names, code_key
from authpulse_operator.api.spec import Spec
from authpulse_operator.core.settings import OPERATION_GROUP, REDEPLOY_KEY, RESTART_KEY, Settings
from flink_job.rules import Rule, parse, to_properties

RUN_OPTIONS = {"python": "main.py", "jarfile": "lib/authpulse-engine.jar", "pyFiles": "python/"}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a spec does not say and the settings need: whose AWS it is, and what lies ready for upload."""

    names: Names
    code_sha256: str
    endpoint: str | None = None
    """Endpoint of a local AWS as the job reaches it."""
    popularity_uri: str | None = None


def names_of(spec: Spec, account: str) -> Names:
    """What everything is called, with the names that the spec gives itself."""
    return Names(
        spec.environment,
        account,
        spec.aws.region,
        own_bucket=spec.lakehouse.bucket,
        own_application=spec.flink.application_name,
    )


def settings_of(spec: Spec, around: Surroundings, rules: Sequence[Rule]) -> Settings:
    """The application's settings."""
    return Settings(
        runtime=spec.flink.runtime,
        role_arn=spec.flink.execution_role_arn or around.names.job_role_arn,
        bucket=around.names.bucket,
        code_key=spec.flink.code.s3_key or code_key(around.code_sha256),
        property_groups={
            **spec.flink.properties,
            "kinesis.analytics.flink.run.options": RUN_OPTIONS,
            "authpulse.job": _job(spec, around.names),
            "authpulse.source": _source(around),
            "authpulse.lake": _lake(around),
            "authpulse.rules": to_properties(rules) | _popularity(around),
            **_operation(spec),
        },
        parallelism=spec.flink.parallelism,
        parallelism_per_kpu=spec.flink.parallelism_per_kpu,
        checkpoint_interval_ms=spec.flink.checkpointing.interval_seconds * 1000,
        checkpoint_min_pause_ms=spec.flink.checkpointing.min_pause_seconds * 1000,
        snapshots_enabled=spec.flink.snapshots.enabled,
        log_stream_arn=around.names.log_stream_arn,
        log_level=spec.flink.logging.level,
        metrics_level=spec.flink.logging.metrics_level,
        subnet_ids=spec.flink.vpc.subnet_ids if spec.flink.vpc else (),
        security_group_ids=spec.flink.vpc.security_group_ids if spec.flink.vpc else (),
    )


def rules_of(spec: Spec, built_in: Mapping[str, object], where: str) -> tuple[Rule, ...]:
    """The built-in rules with the spec's changes by id; a new id is a whole new rule. Raises RuleError."""
    listed = built_in["rules"]
    by_id = {r["id"]: dict(r) for r in listed} if isinstance(listed, list) else {}
    for change in spec.flink.scoring.rules:
        identity = str(change.get("id"))
        by_id[identity] = {**by_id.get(identity, {}), **change}
    return parse({"version": built_in["version"], "rules": list(by_id.values())}, where)


def _job(spec: Spec, names: Names) -> dict[str, str]:
    scoring, watermark = spec.flink.scoring, spec.flink.watermark
    return {
        "database": names.database,
        "order": scoring.order,
        "dedup.events": str(scoring.dedup_events),
        "retention.days": str(scoring.retention_days),
        "cache.megabytes": str(scoring.cache_megabytes),
        "watermark.delay.ms": _milliseconds(watermark.delay_seconds),
        "watermark.idle.ms": _milliseconds(watermark.idle_seconds),
        "watermark.drift.ms": _milliseconds(watermark.drift_seconds),
    }


def _source(around: Surroundings) -> dict[str, str]:
    source = {"type": "kinesis", "stream.arn": around.names.stream_arn, "aws.region": around.names.region}
    return source | ({"aws.endpoint": around.endpoint} if around.endpoint else {})


def _lake(around: Surroundings) -> dict[str, str]:
    lake = {"warehouse": around.names.warehouse, "client.region": around.names.region}
    if around.endpoint:
        lake |= {
            "glue.endpoint": around.endpoint,
            "s3.endpoint": around.endpoint,
            "s3.path-style-access": "true",
        }
    return lake


def _popularity(around: Surroundings) -> dict[str, str]:
    """The table that the spec names; else what the aggregates write, whoever runs them, once they have."""
    if around.popularity_uri:
        return {"popularity.uri": around.popularity_uri}
    return {"popularity.uri": around.names.popularity_uri, "popularity.optional": "true"}


def _operation(spec: Spec) -> dict[str, dict[str, str]]:
    """Nonces, as something that makes settings differ; nothing where none was ever used."""
    nonces = {RESTART_KEY: str(spec.flink.restart_nonce)} if spec.flink.restart_nonce else {}
    if spec.flink.redeploy:
        nonces[REDEPLOY_KEY] = str(spec.flink.redeploy.nonce)
    return {OPERATION_GROUP: nonces} if nonces else {}


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))
