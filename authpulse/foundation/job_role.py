"""What the Flink job may do, and with it the service that runs it."""

from authpulse.foundation.grants import ARTIFACTS, WAREHOUSE, arn_of, commit_tables, objects, tables, with_key
from authpulse.foundation.statements import EVERYTHING, Option, Statement
from authpulse.names import Names


def job(names: Names, key_arn: str) -> tuple[Statement, ...]:
    return (
        Statement(
            "ReadStream",
            "the source lists shards and reads them",
            ("kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"),
            (names.stream_arn,),
        ),
        Statement(
            "ReadCode",
            "the service fetches the zip, the job the popularity of hosts",
            ("s3:GetObject", "s3:GetObjectVersion"),
            objects(names, *ARTIFACTS),
            rarely={"s3:GetObjectVersion": "where an application names a version of its zip"},
        ),
        Statement(
            "WriteTables",
            "data and metadata files of the tables",
            ("s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"),
            objects(names, WAREHOUSE),
            rarely={
                "s3:AbortMultipartUpload": "an upload in parts is given up when the job fails in the midst of it",
                "s3:DeleteObject": "metadata files beyond the hundredth, and files of a commit that was lost",
            },
        ),
        Statement("ReadCatalogue", "the tables' metadata pointers", ("glue:GetTable",), tables(names)),
        commit_tables(names),
        Statement(
            "FindLogs",
            "the service looks for the log group",
            ("logs:DescribeLogGroups",),
            EVERYTHING,
            rarely={"logs:DescribeLogGroups": "the service itself on AWS, as its developer guide says"},
        ),
        Statement(
            "WriteLog",
            "the job's log",
            ("logs:DescribeLogStreams", "logs:PutLogEvents"),
            (f"{arn_of(names, 'logs')}:log-group:{names.log_group}:*",),
            rarely={"logs:DescribeLogStreams": "the service itself on AWS, as its developer guide says"},
        ),
        *with_key(key_arn, "encrypted records, code and tables", "kms:Decrypt", "kms:GenerateDataKey"),
        Statement(
            "LookAtVpc",
            "the service finds its way into the subnets; none of these calls knows resources",
            (
                "ec2:DescribeDhcpOptions",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcs",
            ),
            EVERYTHING,
            only_with=Option.VPC,
        ),
        Statement(
            "ConnectToVpc",
            "the service puts network interfaces into the subnets",
            (
                "ec2:CreateNetworkInterface",
                "ec2:CreateNetworkInterfacePermission",
                "ec2:DeleteNetworkInterface",
            ),
            tuple(f"{arn_of(names, 'ec2')}:{kind}/*" for kind in ("network-interface", "security-group", "subnet")),
            only_with=Option.VPC,
        ),
    )
