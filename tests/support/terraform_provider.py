"""The AWS provider pointed at a local AWS, and at nothing else."""

import os
from pathlib import Path

from support.local_aws import REGION
from support.terraform import Terraform

SERVICES = ("athena", "cloudwatch", "glue", "iam", "kinesis", "logs", "s3", "sns", "sts")


def surroundings(endpoint: str = "") -> dict[str, str]:
    """What Terraform and the provider find in the environment."""
    found = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_EC2_METADATA_DISABLED": "true"}
    found |= {"AWS_REGION": REGION, "AWS_ENDPOINT_URL": endpoint} if endpoint else {"AWS_REGION": REGION}
    configuration = os.environ.get("TF_CLI_CONFIG_FILE", "")
    if Path(configuration).is_file():  # where a mirror is said
        found["TF_CLI_CONFIG_FILE"] = configuration
    return found


def environment_of(folder: Path, name: str, home: Path, endpoint: str) -> Terraform:
    """One of envs/, with an endpoint for each service: providers before 5.40 or so ignore AWS_ENDPOINT_URL for some."""
    endpoints = "\n".join(f'    {service} = "{endpoint}"' for service in SERVICES)
    override = f'provider "aws" {{\n  endpoints {{\n{endpoints}\n  }}\n}}\n'
    (folder / "envs" / name / "local_override.tf").write_text(override, encoding="utf-8")
    return Terraform(folder / "envs" / name, home, surroundings(endpoint)).init()
