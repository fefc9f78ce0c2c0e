"""What the permissions of several roles have in common: the keys of the bucket, and statements that occur twice."""

from typing import Final

from authpulse.foundation.statements import EVERYTHING, Option, Statement
from authpulse.names import Names

ENVIRONMENT_TAG: Final = "authpulse.io/environment"
POPULARITY: Final = "popularity/*"
ARTIFACTS: Final = ("code/*", POPULARITY)
"""What a job is made of."""
WAREHOUSE: Final = "warehouse/*"
RESULTS: Final = "athena-results/*"
REPLAYS: Final = "replays/*"
"""What replays keep: how far they are, and what came out."""
REPORTS: Final = "dq_reports/*"
QUARANTINE: Final = "auth_events_quarantine"
"""The one table that checks write to."""
BY_ATHENA: Final = "Athena itself on AWS, as its user guide says"
LOGS: Final = "logs/*"
"""Recorded logs that replays read."""


def read_catalogue(names: Names, why: str, *further: str) -> Statement:
    return Statement(
        "ReadCatalogue",
        why,
        tuple(sorted(("glue:GetDatabase", "glue:GetTable", *further))),
        tables(names),
        rarely={"glue:GetDatabase": BY_ATHENA},
    )


def commit_tables(names: Names, table: str = "*") -> Statement:
    return Statement(
        "CommitTables",
        "a commit moves a table's metadata pointer; making and dropping tables is not part of it",
        ("glue:UpdateTable",),
        tables(names, table),
        rarely={} if table == "*" else {"glue:UpdateTable": "rows that break a rule"},
    )


def put_metrics(namespace: str, why: str) -> Statement:
    return Statement(
        "PublishMetrics",
        f"{why}; PutMetricData knows no resources, the namespace is the limit",
        ("cloudwatch:PutMetricData",),
        EVERYTHING,
        conditions={"StringEquals": {"cloudwatch:namespace": namespace}},
    )


def with_key(key_arn: str, why: str, *actions: str) -> tuple[Statement, ...]:
    return (Statement("UseKey", why, actions, (key_arn,), only_with=Option.CUSTOMER_KEY),) if key_arn else ()


def arn_of(names: Names, service: str) -> str:
    return f"arn:aws:{service}:{names.region}:{names.account}"


def tables(names: Names, table: str = "*") -> tuple[str, ...]:
    """Glue asks for rights on the catalogue and the database too."""
    glue = arn_of(names, "glue")
    return f"{glue}:catalog", f"{glue}:database/{names.database}", f"{glue}:table/{names.database}/{table}"


def objects(names: Names, *keys: str) -> tuple[str, ...]:
    return tuple(f"{names.bucket_arn}/{key}" for key in keys)
