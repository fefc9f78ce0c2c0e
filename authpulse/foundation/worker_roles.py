"""What replays, checks and aggregates may do. Athena reads and writes S3 with the rights of whoever asks it."""

from dataclasses import replace

from authpulse.foundation.grants import (
    BY_ATHENA,
    LOGS,
    POPULARITY,
    QUARANTINE,
    REPLAYS,
    REPORTS,
    RESULTS,
    WAREHOUSE,
    commit_tables,
    objects,
    put_metrics,
    read_catalogue,
    with_key,
)
from authpulse.foundation.metrics import QUALITY
from authpulse.foundation.statements import Statement
from authpulse.names import Names


def replay(names: Names, key_arn: str) -> tuple[Statement, ...]:
    return (
        Statement(
            "WriteStream",
            "whether the stream is ready, and what is put into it",
            ("kinesis:DescribeStreamSummary", "kinesis:PutRecords"),
            (names.stream_arn,),
        ),
        Statement(
            "ReadLogs",
            "recorded logs in the bucket",
            ("s3:GetObject",),
            objects(names, LOGS),
            rarely={"s3:GetObject": "where the log is in the bucket and not on a volume"},
        ),
        Statement(
            "KeepCheckpoint",
            "how far it is, and what came out in the end",
            ("s3:GetObject", "s3:PutObject"),
            objects(names, REPLAYS),
        ),
        Statement(
            "TellAbsentFromForbidden",
            "without it S3 answers 403 for a checkpoint that is not there yet",
            ("s3:ListBucket",),
            (names.bucket_arn,),
        ),
        *with_key(key_arn, "encrypted records, logs and checkpoints", "kms:Decrypt", "kms:GenerateDataKey"),
    )


def quality(names: Names, key_arn: str) -> tuple[Statement, ...]:
    return (
        _query(names, "athena:GetQueryResults"),
        read_catalogue(
            names,
            "what Athena asks of the tables; information_schema goes over databases and their tables",
            *("glue:GetDatabases", "glue:GetTables"),
        ),
        Statement("ReadTables", "Athena reads with the caller's rights", ("s3:GetObject",), objects(names, WAREHOUSE)),
        commit_tables(names, QUARANTINE),
        Statement(
            "WriteQuarantine",
            "rows that break a rule are copied there, by Athena with the caller's rights",
            ("s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"),
            objects(names, f"warehouse/{QUARANTINE}/*"),
            rarely={
                "s3:AbortMultipartUpload": "a statement that fails in the midst of an upload in parts",
                "s3:DeleteObject": "files of a commit that was lost",
                "s3:PutObject": "rows that break a rule",
            },
        ),
        Statement("KeepReports", "report and pages of each run", ("s3:PutObject",), objects(names, REPORTS)),
        *_keep_results(names),
        put_metrics(QUALITY, "what the checks measured; the alarm on invalid records reads it"),
        *with_key(key_arn, "encrypted tables and results", "kms:Decrypt", "kms:GenerateDataKey"),
    )


def aggregates(names: Names, key_arn: str) -> tuple[Statement, ...]:
    return (
        _query(names),
        read_catalogue(names, "what Athena asks of the tables"),
        commit_tables(names),
        Statement(
            "WriteTables",
            "Athena reads and writes with the caller's rights",
            ("s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"),
            objects(names, WAREHOUSE),
            rarely={
                "s3:AbortMultipartUpload": "a statement that fails in the midst of an upload in parts",
                "s3:DeleteObject": "files that a replaced day leaves behind",
            },
        ),
        *_keep_results(names),
        Statement(
            "PublishPopularity",
            "how many accounts use a host: the job reads it",
            ("s3:GetObject", "s3:PutObject"),
            objects(names, POPULARITY),
        ),
        *with_key(key_arn, "encrypted tables and results", "kms:Decrypt", "kms:GenerateDataKey"),
    )


def workers(names: Names, key_arn: str) -> tuple[Statement, ...]:
    """What each of them may, where the cluster gives all of them one service account."""
    each = {"Replay": replay, "Quality": quality, "Aggregates": aggregates}
    return tuple(
        replace(statement, sid=f"{kind}{statement.sid}")
        for kind, permissions in each.items()
        for statement in permissions(names, key_arn)
    )


def _query(names: Names, *further: str) -> Statement:
    return Statement(
        "Query",
        "statements in the work group, and in no other",
        tuple(
            sorted(("athena:GetQueryExecution", "athena:StartQueryExecution", "athena:StopQueryExecution", *further))
        ),
        (names.work_group_arn,),
        rarely={"athena:StopQueryExecution": "a run that is ended while a statement runs"},
    )


def _keep_results(names: Names) -> tuple[Statement, ...]:
    """Athena writes and reads results with the rights of whoever asks."""
    return (
        Statement(
            "KeepResults",
            "results of statements",
            ("s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"),
            objects(names, RESULTS),
            rarely={"s3:AbortMultipartUpload": "a statement that fails in the midst of an upload in parts"},
        ),
        Statement(
            "FindBucket",
            "Athena asks where the bucket is, and what is in it",
            ("s3:GetBucketLocation", "s3:ListBucket"),
            (names.bucket_arn,),
            rarely={"s3:GetBucketLocation": BY_ATHENA},
        ),
    )
