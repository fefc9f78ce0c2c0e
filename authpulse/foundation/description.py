"""What has to exist on AWS before the first application: one description, whoever makes it.

On one machine `authpulse up` makes it; on AWS Terraform does. Nothing here calls AWS. The tables themselves are
`lakehouse`'s; this says where they lie.
"""

import json
from dataclasses import dataclass

from authpulse.names import Names

SERVICE_PRINCIPAL = "kinesisanalytics.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Foundation:
    """Stream, bucket, database, role, log stream and work group of one environment."""

    names: Names
    shards: int
    retention_hours: int = 24

    @property
    def tags(self) -> dict[str, str]:
        return {"authpulse.io/environment": self.names.environment}

    @property
    def job_trust_policy(self) -> str:
        """Only Managed Flink may take the job's role, and only for applications of this account."""
        return json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": SERVICE_PRINCIPAL},
                        "Action": "sts:AssumeRole",
                        "Condition": {"StringEquals": {"aws:SourceAccount": self.names.account}},
                    }
                ],
            }
        )

    @property
    def job_policy(self) -> str:
        """What the job may do: read its stream and its code, write its tables and its log."""
        names, catalog = self.names, f"arn:aws:glue:{self.names.region}:{self.names.account}"
        database = f"{catalog}:database/{names.database}"
        log_group = f"arn:aws:logs:{names.region}:{names.account}:log-group:{names.log_group}"
        return json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    _allow("kinesis", ("GetRecords", "GetShardIterator", "ListShards"), names.stream_arn),
                    _allow("s3", ("GetObject",), f"{names.bucket_arn}/code/*", f"{names.bucket_arn}/popularity/*"),
                    _allow("s3", ("GetObject", "PutObject", "DeleteObject"), f"{names.bucket_arn}/warehouse/*"),
                    _allow("glue", ("GetDatabase",), f"{catalog}:catalog", database),
                    _allow(
                        "glue",
                        ("GetTable", "UpdateTable"),
                        f"{catalog}:catalog",
                        database,
                        f"{catalog}:table/{names.database}/*",
                    ),
                    _allow("logs", ("DescribeLogGroups",), "*"),
                    _allow("logs", ("DescribeLogStreams", "PutLogEvents"), f"{log_group}:*"),
                ],
            }
        )


def _allow(service: str, actions: tuple[str, ...], *resources: str) -> dict[str, object]:
    return {"Effect": "Allow", "Action": [f"{service}:{a}" for a in actions], "Resource": list(resources)}
