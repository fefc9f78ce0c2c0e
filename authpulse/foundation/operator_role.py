"""What the operator may do: look at what is there, change the application that is its own, and scale the stream.

Laying the foundation is an option of its own: whoever may write a role's policy can give it any right.
"""

from collections.abc import Mapping
from typing import Final

from authpulse.foundation.grants import (
    ARTIFACTS,
    ENVIRONMENT_TAG,
    REPLAYS,
    WAREHOUSE,
    arn_of,
    objects,
    put_metrics,
    tables,
    with_key,
)
from authpulse.foundation.metrics import PIPELINE
from authpulse.foundation.statements import EVERYTHING, Condition, Option, Statement
from authpulse.names import Names

FLINK: Final = "kinesisanalytics"
FLINK_PRINCIPAL: Final = f"{FLINK}.amazonaws.com"


def operator(names: Names, key_arn: str) -> tuple[Statement, ...]:
    application = (names.application_arn,)
    ours: Condition = {"StringEquals": {f"aws:ResourceTag/{ENVIRONMENT_TAG}": names.environment}}
    tagged: Condition = {"StringEquals": {f"aws:RequestTag/{ENVIRONMENT_TAG}": names.environment}}
    return (
        Statement(
            "LookAtApplication",
            "what it is and whose, its snapshots and operations; also of one that is not ours, to say so",
            (
                f"{FLINK}:DescribeApplication",
                f"{FLINK}:DescribeApplicationOperation",
                f"{FLINK}:ListApplicationOperations",
                f"{FLINK}:ListApplicationSnapshots",
                f"{FLINK}:ListTagsForResource",
            ),
            application,
            rarely={f"{FLINK}:DescribeApplicationOperation": "after an operation failed, to say why"},
        ),
        Statement(
            "CreateApplication",
            "only with the environment's tag on it; the same tag is what adopting an application puts on it",
            (f"{FLINK}:CreateApplication", f"{FLINK}:TagResource"),
            application,
            conditions=tagged,
            rarely={f"{FLINK}:TagResource": "creating with tags asks for it on AWS; and `adopt: true`"},
        ),
        Statement(
            "ChangeOwnApplication",
            "only one with the environment's tag is ever changed",
            (
                f"{FLINK}:CreateApplicationPresignedUrl",
                f"{FLINK}:CreateApplicationSnapshot",
                f"{FLINK}:DeleteApplication",
                f"{FLINK}:DeleteApplicationSnapshot",
                f"{FLINK}:RollbackApplication",
                f"{FLINK}:StartApplication",
                f"{FLINK}:StopApplication",
                f"{FLINK}:UpdateApplication",
                f"{FLINK}:UpdateApplicationMaintenanceConfiguration",
            ),
            application,
            conditions=ours,
            rarely={
                f"{FLINK}:DeleteApplication": "`deletionPolicy: Delete`",
                f"{FLINK}:DeleteApplicationSnapshot": "retention of snapshots",
                f"{FLINK}:RollbackApplication": "an update that does not end",
                f"{FLINK}:UpdateApplicationMaintenanceConfiguration": "where the spec has a maintenance window",
            },
        ),
        Statement(
            "PassJobRole",
            "an application is created with the role that its job takes, and with no other",
            ("iam:PassRole",),
            (names.job_role_arn,),
            conditions={"StringEquals": {"iam:PassedToService": FLINK_PRINCIPAL}},
        ),
        Statement(
            "StoreCode",
            "what a job is made of goes up once, under the name of its content",
            ("s3:GetObject", "s3:PutObject"),
            objects(names, *ARTIFACTS),
        ),
        Statement(
            "FollowReplays",
            "the checkpoint of a replay says how far it is",
            ("s3:GetObject",),
            objects(names, REPLAYS),
        ),
        Statement(
            "TellAbsentFromForbidden",
            "without it S3 answers 403 for an object that is not there; a condition on the prefix would undo that",
            ("s3:ListBucket",),
            (names.bucket_arn,),
        ),
        Statement(
            "ScaleStream",
            "open shards are counted, and their number follows the load",
            ("kinesis:DescribeStreamSummary", "kinesis:UpdateShardCount"),
            (names.stream_arn,),
            rarely={"kinesis:UpdateShardCount": "another number of shards in the spec, or remediation by resharding"},
        ),
        Statement(
            "SeeTables",
            "whether all tables are there",
            ("glue:GetTables",),
            tables(names),
        ),
        Statement(
            "SeeJobRole",
            "whether the job's role is there",
            ("iam:GetRolePolicy",),
            (names.job_role_arn,),
        ),
        Statement(
            "SeeLogStream",
            "whether the job's log stream is there",
            ("logs:DescribeLogStreams",),
            (f"{arn_of(names, 'logs')}:log-group:{names.log_group}:*",),
        ),
        Statement("SeeWorkGroup", "whether the work group is there", ("athena:GetWorkGroup",), (names.work_group_arn,)),
        Statement(
            "SeeTopic", "whether the alarms' topic is there", ("sns:GetTopicAttributes",), (names.alarm_topic_arn,)
        ),
        Statement(
            "ReadAlarmsAndMetrics",
            "composite alarms are described under a scope of everything only; metrics and lists know no resources",
            (
                "cloudwatch:DescribeAlarms",
                "cloudwatch:GetMetricData",
                "cloudwatch:ListDashboards",
                "cloudwatch:ListMetrics",
            ),
            EVERYTHING,
            rarely={"cloudwatch:ListMetrics": "a stream of which nothing was measured yet"},
        ),
        put_metrics(PIPELINE, "freshness, and replays that stall"),
        *with_key(key_arn, "encrypted code and checkpoints", "kms:Decrypt", "kms:GenerateDataKey"),
        *_create(names),
    )


def _create(names: Names) -> tuple[Statement, ...]:
    """What laying the foundation needs; for one machine and for accounts of one's own, not for production."""

    def create(
        sid: str, why: str, actions: tuple[str, ...], *resources: str, rarely: Mapping[str, str] | None = None
    ) -> Statement:
        return Statement(sid, why, actions, resources, only_with=Option.CREATE, rarely=rarely or {})

    return (
        create(
            "CreateStream",
            "the stream, and how long it keeps records",
            (
                "kinesis:AddTagsToStream",
                "kinesis:CreateStream",
                "kinesis:DecreaseStreamRetentionPeriod",
                "kinesis:IncreaseStreamRetentionPeriod",
            ),
            names.stream_arn,
            rarely={
                "kinesis:DecreaseStreamRetentionPeriod": "less hours in the spec than before",
                "kinesis:IncreaseStreamRetentionPeriod": "more than 24 hours in the spec",
            },
        ),
        create("CreateBucket", "the bucket", ("s3:CreateBucket", "s3:PutBucketPublicAccessBlock"), names.bucket_arn),
        create(
            "CreateTables",
            "the database and the tables",
            ("glue:CreateDatabase", "glue:CreateTable", "glue:GetDatabase", "glue:GetTable"),
            *tables(names),
            rarely={"glue:GetTable": "a table that is there already is compared with its declaration"},
        ),
        create(
            "WriteTables", "the tables' first metadata", ("s3:GetObject", "s3:PutObject"), *objects(names, WAREHOUSE)
        ),
        create(
            "CreateJobRole",
            "the job's role and its policy: whoever has this can give the job any right",
            ("iam:CreateRole", "iam:PutRolePolicy", "iam:TagRole"),
            names.job_role_arn,
        ),
        create(
            "CreateLog",
            "the job's log",
            ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:TagResource"),
            f"{arn_of(names, 'logs')}:log-group:{names.log_group}",
            f"{arn_of(names, 'logs')}:log-group:{names.log_group}:*",
        ),
        create(
            "CreateWorkGroup", "the work group", ("athena:CreateWorkGroup", "athena:TagResource"), names.work_group_arn
        ),
        create("CreateTopic", "the alarms' topic", ("sns:CreateTopic", "sns:TagResource"), names.alarm_topic_arn),
        create(
            "CreateAlarms",
            "the alarms and the one made of them",
            ("cloudwatch:PutCompositeAlarm", "cloudwatch:PutMetricAlarm", "cloudwatch:TagResource"),
            names.alarm_arn("*"),
        ),
        create("CreateDashboard", "the dashboard", ("cloudwatch:PutDashboard",), names.dashboard_arn),
    )
