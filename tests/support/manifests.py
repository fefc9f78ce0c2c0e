"""Manifests that are right and wrong, for all who judge manifests: the types, and a real API server."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

POLICY = {"actions": ["Restart"]}
VPC = {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]}


@dataclass(frozen=True)
class Manifest:
    """A case: what is in the spec beside the least there can be, and what a refusal has to name."""

    sentence: str
    spec: Mapping[str, Any]
    refused_with: tuple[str, ...] = ()
    """Parts of the refusal: the field's path and, of a rule, its words. Empty for what is accepted."""
    kind: str = "AuthPulse"
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence

    def document(self, name: str = "dev") -> dict[str, Any]:
        least: dict[str, Any] = {"environment": "dev"} if self.kind == "AuthPulse" else {"authPulse": "dev"}
        merged = {k: v for k, v in {**least, **self.spec}.items() if v is not None}
        return document(self.kind, merged, **{"name": name, **self.metadata})


def document(kind: str, spec: Mapping[str, Any], **metadata: Any) -> dict[str, Any]:
    return {"apiVersion": "authpulse.io/v1alpha1", "kind": kind, "metadata": metadata, "spec": dict(spec)}


def replay(**changes: Any) -> dict[str, Any]:
    return {"name": "sample", "input": "log.csv", "format": "lanl-cyber1", **changes}


def _flink(sentence: str, *refused_with: str, **flink: Any) -> Manifest:
    return Manifest(sentence, {"flink": flink}, refused_with)


def _replays(sentence: str, *refused_with: str, replays: list[Any]) -> Manifest:
    return Manifest(sentence, {"replays": replays}, refused_with)


def _snapshot(sentence: str, *refused_with: str, **spec: Any) -> Manifest:
    return Manifest(sentence, spec, refused_with, kind="AuthPulseSnapshot")


ACCEPTED = (
    Manifest("a part of a policy", {"remediation": {"iteratorAgeHigh": {"dailyBudget": 1}}}),
    Manifest("an environment is enough", {}),
    _flink("autoscaling around the parallelism", parallelism=4, autoscaling={"parallelism": {"min": 2, "max": 8}}),
    _flink("autoscaling from one on", parallelism=1, autoscaling={"parallelism": {"max": 1}}),
    _flink("property groups of one's own", properties={"mine": {"key": "value"}}),
    _flink("rules of any shape", scoring={"rules": [{"id": "NEW_DEVICE", "mode": "shadow", "more": {"deep": [1]}}]}),
    _flink("a schedule of snapshots", snapshots={"everyMinutes": 60, "retention": {"count": 5}}),
    _flink("redeployment from a named snapshot", redeploy={"snapshot": "before-the-change", "nonce": 1}),
    _flink("network interfaces", vpc=VPC),
    _flink("the hour of midnight in a window", maintenanceWindow="00:00"),
    _flink("fractions of a second", watermark={"delaySeconds": 0.5}),
    Manifest("bounds of shards", {"stream": {"shards": 4, "scaling": {"min": 2, "max": 8}}}),
    Manifest("credentials by a role", {"aws": {"credentials": {"roleArn": "arn:aws:iam::123456789012:role/pulse"}}}),
    Manifest("credentials by a Secret", {"aws": {"credentials": {"secretName": "aws"}}}),
    Manifest("a region of a government", {"aws": {"region": "us-gov-west-1"}}),
    _replays("replays at a rate and by a speed-up", replays=[replay(rate=5), replay(name="b", speedup=0.5)]),
    _replays("a replay from a volume", replays=[replay(volume={"claimName": "logs"})]),
    Manifest("checks and aggregates with what they bring", {"quality": {}, "aggregates": {}}),
    Manifest("schedules with steps, lists and names", {"quality": {"schedule": "*/5 0-6,18 ? JAN MON-FRI"}}),
    Manifest("a policy of remediation", {"remediation": {"mode": "DryRun", "invalidRecords": POLICY}}),
    Manifest("a policy that does nothing", {"remediation": {"invalidRecords": {"actions": [], "dailyBudget": 0}}}),
    Manifest("rest when idle", {"idle": {"afterMinutes": 30}}),
    Manifest("the longest name", {}, metadata={"name": "a" * 63}),
    _snapshot("a snapshot of a resource"),
    _snapshot("a snapshot that exists already", alreadyExists=True, snapshotName="kept"),
)

REFUSED = (
    Manifest("no environment", {"environment": None}, ("spec.environment",)),
    Manifest("an environment in capitals", {"environment": "Dev"}, ("spec.environment",)),
    Manifest("an environment that makes names too long", {"environment": "a" * 17}, ("spec.environment",)),
    Manifest("a name with a dot", {}, ("metadata.name",), metadata={"name": "dev.one"}),
    Manifest("a name longer than a label", {}, ("metadata.name",), metadata={"name": "a" * 64}),
    Manifest("a key that does not exist", {"flnk": {}}, ("spec.flnk",)),
    _flink("a key that does not exist, deep down", "spec.flink.health.timeout", health={"timeout": 5}),
    _flink("no parallelism", "spec.flink.parallelism", parallelism=0),
    _flink("more parallelism than the service has", "spec.flink.parallelism", parallelism=257),
    _flink("parallelism that is no number", "spec.flink.parallelism", parallelism="two"),
    _flink("another runtime", "spec.flink.runtime", runtime="FLINK-1_20"),
    _flink("a key in the bucket's root folder", "spec.flink.code.s3Key", code={"s3Key": "/job.zip"}),
    _flink("code that is no zip", "spec.flink.code.s3Key", code={"s3Key": "job.jar"}),
    _flink(
        "parallelism below its bounds",
        *("spec.flink", "parallelism is outside of autoscaling.parallelism"),
        parallelism=1,
        autoscaling={"parallelism": {"min": 2, "max": 8}},
    ),
    _flink(
        "parallelism above its bounds",
        *("spec.flink", "parallelism is outside of autoscaling.parallelism"),
        parallelism=9,
        autoscaling={"parallelism": {"max": 8}},
    ),
    _flink(
        "bounds of parallelism that the service has not",
        *("spec.flink.autoscaling", "parallelism.max is above 256"),
        autoscaling={"parallelism": {"max": 257}},
    ),
    _flink(
        "bounds without a maximum",
        "spec.flink.autoscaling.parallelism.max",
        autoscaling={"parallelism": {"min": 1}},
    ),
    _flink(
        "bounds the wrong way round",
        *("spec.flink.autoscaling.parallelism", "min is above max"),
        autoscaling={"parallelism": {"min": 3, "max": 2}},
    ),
    _flink(
        "a property group of the operator",
        *("spec.flink", "property groups that begin with authpulse. or kinesis.analytics. are the operator's"),
        properties={"authpulse.job": {"order": "arrival"}},
    ),
    _flink(
        "a property group of the service",
        *("spec.flink", "property groups that begin with authpulse. or kinesis.analytics. are the operator's"),
        properties={"kinesis.analytics.flink.run.options": {}},
    ),
    _flink("too many property groups", "spec.flink.properties", properties={f"g{n}": {} for n in range(41)}),
    _flink("a property that is no text", "spec.flink.properties.mine.key", properties={"mine": {"key": 1}}),
    _flink("an order that does not exist", "spec.flink.scoring.order", scoring={"order": "random"}),
    _flink("checkpoints without a pause to speak of", "intervalSeconds", checkpointing={"intervalSeconds": 0}),
    _flink("a redeployment from nothing", "spec.flink.redeploy.snapshot", redeploy={"nonce": 1}),
    _flink("a nonce below zero", "spec.flink.restartNonce", restartNonce=-1),
    _flink("no subnet", "spec.flink.vpc.subnetIds", vpc={**VPC, "subnetIds": []}),
    _flink("too many security groups", "securityGroupIds", vpc={**VPC, "securityGroupIds": list("abcdef")}),
    _flink("a window after midnight", "spec.flink.maintenanceWindow", maintenanceWindow="24:00"),
    Manifest("a shard too many", {"stream": {"shards": 501}}, ("spec.stream.shards",)),
    Manifest(
        "shards outside of their bounds",
        {"stream": {"shards": 9, "scaling": {"min": 1, "max": 8}}},
        ("spec.stream", "shards is outside of scaling"),
    ),
    Manifest(
        "two sources of credentials",
        {"aws": {"credentials": {"roleArn": "arn:aws:iam::123456789012:role/pulse", "secretName": "aws"}}},
        ("spec.aws.credentials", "roleArn and secretName exclude each other"),
    ),
    Manifest("a role that is none", {"aws": {"credentials": {"roleArn": "pulse"}}}, ("spec.aws.credentials.roleArn",)),
    Manifest("an account of eleven digits", {"aws": {"account": "12345678901"}}, ("spec.aws.account",)),
    Manifest("an account in other digits", {"aws": {"account": "١٢٣٤٥٦٧٨٩٠١٢"}}, ("spec.aws.account",)),
    Manifest("an account as a number", {"aws": {"account": 123456789012}}, ("spec.aws.account",)),
    Manifest("a zone in place of a region", {"aws": {"region": "us-east-1a"}}, ("spec.aws.region",)),
    Manifest("an endpoint without a scheme", {"aws": {"endpoint": "localhost:4566"}}, ("spec.aws.endpoint",)),
    Manifest("a bucket in capitals", {"lakehouse": {"bucket": "Mine"}}, ("spec.lakehouse.bucket",)),
    _replays(
        "a rate and a speed-up",
        *("spec.replays[0]", "rate and speedup exclude each other; keep one"),
        replays=[replay(rate=5, speedup=2)],
    ),
    _replays("two replays of one name", "spec.replays", replays=[replay(), replay(input="b")]),
    _replays("a replay of nothing", "spec.replays[0].input", replays=[{"name": "a", "format": "lanl-auth"}]),
    _replays("a replay in no time", "spec.replays[0].rate", replays=[replay(rate=0)]),
    _replays(
        "a replay in an unknown format", "spec.replays[1].format", replays=[replay(), replay(name="b", format="x")]
    ),
    _replays("a replay with a name that no Job can have", "spec.replays[0].name", replays=[replay(name="A_b")]),
    _replays("more replays than one can follow", "spec.replays", replays=[replay(name=f"r{n}") for n in range(51)]),
    Manifest("a schedule of four fields", {"quality": {"schedule": "* * * *"}}, ("spec.quality.schedule",)),
    Manifest("a schedule in words", {"aggregates": {"schedule": "@hourly"}}, ("spec.aggregates.schedule",)),
    Manifest("aggregates of no day", {"aggregates": {"days": 0}}, ("spec.aggregates.days",)),
    Manifest(
        "an action that does not exist",
        {"remediation": {"failedCheckpoints": {"actions": ["Restart", "Pray"]}}},
        ("spec.remediation.failedCheckpoints.actions[1]",),
    ),
    Manifest("rest without an end", {"idle": {}}, ("spec.idle.afterMinutes",)),
    Manifest("a policy of deletion that does not exist", {"deletionPolicy": "Keep"}, ("spec.deletionPolicy",)),
    Manifest("a section that is none", {"stream": 3}, ("spec.stream",)),
    _snapshot("a snapshot of nobody", "spec.authPulse", authPulse=None),
    _snapshot("a snapshot that exists and has no name", "alreadyExists needs snapshotName", alreadyExists=True),
    _snapshot("a snapshot with a name that the service has not", "spec.snapshotName", snapshotName="a b"),
    _snapshot("attempts without end", "spec.backoffLimit", backoffLimit=21),
)
