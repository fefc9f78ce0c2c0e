"""Tables in a database that Terraform has made: `python -m lakehouse.migrate`."""

from pathlib import Path

import pytest
import yaml

from authpulse.foundation import Foundation
from authpulse.names import Names
from authpulse_operator.adapters.aws.foundations import AwsFoundations
from lakehouse import migrate
from lakehouse.tables import TABLES
from support.local_aws import RunningAws


def test_tables_are_made_once_and_are_those_that_the_operator_waits_for(
    aws: RunningAws, names: Names, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.client("s3").create_bucket(Bucket=names.bucket)
    aws.client("glue").create_database(DatabaseInput={"Name": names.database})
    config = tmp_path / "config.yaml"
    place = {"account": names.account, "region": names.region, "endpoint_url": aws.endpoint}
    config.write_text(yaml.safe_dump({"environment": names.environment, "aws": place}))
    assert migrate.main(["--config", str(config)]) == 0
    assert capsys.readouterr().out == f"made {', '.join(t.name for t in TABLES)}\n"
    assert f"tables in {names.database}" not in AwsFoundations(aws.session).missing(Foundation(names, shards=1))
    assert migrate.main(["--config", str(config)]) == 0
    assert capsys.readouterr().out == "all tables are there\n"
