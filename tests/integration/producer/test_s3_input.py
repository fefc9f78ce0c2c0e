"""A log that lies in S3, replayed with everything about it in S3 too: as a pod does it, which keeps nothing."""

import gzip
import json

from .conftest import Site

KEPT = ("checkpoint.json", "summary.json")


def test_a_log_in_s3_is_replayed_as_if_it_were_a_file(site: Site) -> None:
    s3, bucket = site.aws.client("s3"), f"logs-{site.environment}"
    s3.create_bucket(Bucket=bucket)
    log = gzip.compress("".join(f"{1 + n // 50},U{n % 7},C{n % 3}\n" for n in range(1000)).encode())
    s3.put_object(Bucket=bucket, Key="in/auth.csv.gz", Body=log)
    arguments = ("--checkpoint", f"s3://{bucket}/run/{KEPT[0]}", "--summary", f"s3://{bucket}/run/{KEPT[1]}")
    for lines in (1000, 0):
        ended = site.run(f"s3://{bucket}/in/auth.csv.gz", *arguments)
        assert (ended.returncode, ended.stderr) == (0, "")
        checkpoint, summary = (
            json.loads(s3.get_object(Bucket=bucket, Key=f"run/{name}")["Body"].read()) for name in KEPT
        )
        assert (checkpoint["lines"], checkpoint["finished"]) == (1000, True)
        assert (summary["input"], summary["dataset"]) == (f"s3://{bucket}/in/auth.csv.gz", "auth.csv")
        assert summary["run"]["lines"] == lines
    assert len(site.elements()) == 1000


def test_a_log_that_is_not_there_is_said_in_one_line(site: Site) -> None:
    s3, bucket = site.aws.client("s3"), f"logs-{site.environment}"
    s3.create_bucket(Bucket=bucket)
    ended = site.run(f"s3://{bucket}/none.csv", "--format", "lanl-auth")
    assert ended.returncode == 3
    assert ended.stderr == f"error: s3://{bucket}/none.csv: there is no such object\n"
