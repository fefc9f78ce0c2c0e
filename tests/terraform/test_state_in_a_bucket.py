"""Where docs/terraform.md puts the state, tried with a module that needs no provider, on the local AWS."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from authpulse_operator.adapters.aws.session import Session
from support.aws_steps import PAGE, type_in
from support.local_aws import RunningAws, running_aws
from support.terraform import MODULES


@pytest.fixture
def local_aws(tmp_path: Path) -> Iterator[RunningAws]:
    with running_aws(tmp_path / "local-aws") as started:
        yield started


def test_the_state_is_kept_in_a_bucket_as_the_page_says(local_aws: RunningAws, tmp_path: Path) -> None:
    (backend,) = (b for b in re.findall(r"```hcl\n(.*?)```", PAGE.read_text(), re.DOTALL) if 'backend "s3"' in b)
    folder = tmp_path / "guard"
    shutil.copytree(MODULES / "guard", folder, ignore=shutil.ignore_patterns(".terraform", "*.tfstate*"))
    (folder / "backend.tf").write_text(backend, encoding="utf-8")
    given = dict(re.findall(r'^ +(\w+) += "?([^"\n]*)"?$', backend, re.MULTILINE))
    s3 = Session(given["region"], local_aws.endpoint).client("s3")
    s3.create_bucket(Bucket=given["bucket"], CreateBucketConfiguration={"LocationConstraint": given["region"]})
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_EC2_METADATA_DISABLED": "true"}
    steps = [
        "terraform init -input=false -no-color -backend-config=use_path_style=true",
        "terraform apply -auto-approve -input=false -no-color -var what=tables",
    ]
    type_in(steps, folder, CHECKPOINT_DISABLE="1", AWS_ENDPOINT_URL=local_aws.endpoint, **keys)
    kept = [found["Key"] for found in s3.list_objects_v2(Bucket=given["bucket"])["Contents"]]
    assert kept == [given["key"]]
    assert not (folder / "terraform.tfstate").exists()
