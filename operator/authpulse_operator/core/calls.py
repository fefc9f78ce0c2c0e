"""The calls that stand behind each act, as AWS and Kubernetes name them: what a plan shows, and what a policy allows.

Reading is left out: a pass describes and lists, whatever comes of it. So is the resource's own status, which is written
before and after every act in a cluster.
"""

from collections.abc import Mapping
from typing import Final

from authpulse.foundation.alarms import ALARMS
from authpulse_operator.core import acts
from lakehouse.tables import TABLES

FLINK: Final = "kinesisanalytics"  # as IAM calls the service

OF_FOUNDATION: Final[Mapping[str, tuple[str, ...]]] = {
    "stream": ("kinesis:CreateStream",),
    "retention": ("kinesis:IncreaseStreamRetentionPeriod",),
    "bucket": ("s3:CreateBucket", "s3:PutPublicAccessBlock"),
    "tables": ("glue:CreateDatabase", *(("s3:PutObject", "glue:CreateTable") * len(TABLES))),
    "role": ("iam:CreateRole", "iam:PutRolePolicy"),
    "log": ("logs:CreateLogGroup", "logs:CreateLogStream"),
    "work": ("athena:CreateWorkGroup",),
    "topic": ("sns:CreateTopic",),
    "alarms": (*("cloudwatch:PutMetricAlarm",) * len(ALARMS), "cloudwatch:PutCompositeAlarm"),
    "dashboard": ("cloudwatch:PutDashboard",),
}
"""By the first word of what is missing. Of several things in it, those that are there are left out."""

OF_ACTS: Final[Mapping[type[acts.Act], tuple[str, ...]]] = {
    acts.UpdateApplication: (f"{FLINK}:UpdateApplication",),
    acts.StartApplication: (f"{FLINK}:StartApplication",),
    acts.StopApplication: (f"{FLINK}:StopApplication",),
    acts.RollBackApplication: (f"{FLINK}:RollbackApplication",),
    acts.DeleteApplication: (f"{FLINK}:DeleteApplication",),
    acts.CreateApplication: (f"{FLINK}:CreateApplication",),
    acts.AdoptApplication: (f"{FLINK}:TagResource",),
    acts.TakeSnapshot: (f"{FLINK}:CreateApplicationSnapshot",),
    acts.DeleteSnapshot: (f"{FLINK}:DeleteApplicationSnapshot",),
    acts.SetMaintenanceWindow: (f"{FLINK}:UpdateApplicationMaintenanceConfiguration",),
    acts.MakeFoundation: (),
    acts.Reshard: ("kinesis:UpdateShardCount",),
    acts.Upload: ("s3:PutObject",),
    acts.ApplyWorkloads: ("kubernetes: apply cronjobs",),
    acts.StartReplay: ("kubernetes: apply jobs",),
    acts.StopReplay: ("kubernetes: patch jobs",),
}

HERE: Final[Mapping[type[acts.Act], tuple[str, ...]]] = {
    acts.StartReplay: ("process: start producer.replay_lanl",),
    acts.StopReplay: ("process: stop producer.replay_lanl",),
}
"""In place of Kubernetes, where one machine runs everything."""


def calls_of(act: acts.Act, *, in_cluster: bool = True) -> tuple[str, ...]:
    """In the order in which they are made."""
    match act:
        case acts.MakeFoundation(missing):
            return tuple(call for part in missing for call in OF_FOUNDATION.get(part.partition(" ")[0], ()))
        case acts.Upload(keys):
            return OF_ACTS[acts.Upload] * len(keys)
    table = OF_ACTS if in_cluster else {**OF_ACTS, **HERE}
    return table[type(act)]
