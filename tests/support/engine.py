"""The engine's own tests by Maven, with a local Kinesis for those that need one: `python -m support.engine`."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from authpulse.cli.places import ROOT
from authpulse.local_keys import NOBODYS
from support.local_aws import running_aws

POM = ROOT / "flink_job/engine/pom.xml"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, running_aws(Path(folder)) as aws:
        command = ["mvn", "-B", "-ntp", "-q", "-f", str(POM), "test", f"-Dkinesis.endpoint={aws.endpoint}"]
        keys = dict(zip(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), NOBODYS[:2], strict=True))
        return subprocess.run(command, env={**os.environ, **keys}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
