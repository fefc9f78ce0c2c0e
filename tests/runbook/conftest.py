"""A pipeline that runs, and the shell of somebody who looks after it."""

import json
import os
from collections.abc import Iterator, Mapping

import pytest

from authpulse.cli.places import ROOT, python_of
from support.local_aws import REGION
from support.pipeline import ENVIRONMENT, PipelineRun

SAMPLE = {"name": "sample", "input": str(ROOT / "data/sample/lanl-cyber1.csv.gz"), "format": "lanl-cyber1"}


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PipelineRun]:
    """`authpulse up`, with the sample log in its tables; stopped at the end."""
    run = PipelineRun(tmp_path_factory.mktemp("runbook"), replays=[SAMPLE])
    try:
        run.up()
        yield run
    finally:
        run.authpulse("down", "--force", check=False)


@pytest.fixture(scope="module")
def shell(pipeline: PipelineRun) -> Mapping[str, str]:
    """The variables that the page asks for, and `aws` of our own lock in front of any other."""
    status = json.loads(pipeline.authpulse("status", "-o", "json", check=False).stdout)
    return {
        "PATH": f"{python_of('aws').parent}:{os.environ['PATH']}",
        "ENVIRONMENT": ENVIRONMENT,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": status["localAws"]["endpoint"],
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_PAGER": "",
        "AUTHPULSE_HOME": str(pipeline.home.parent),
    }
