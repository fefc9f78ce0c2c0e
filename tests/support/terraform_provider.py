"""The AWS provider pointed at a local AWS, and at nothing else."""

import os
import shutil
from pathlib import Path

from support.local_aws import REGION
from support.terraform import Terraform

SERVICES = ("athena", "cloudwatch", "glue", "iam", "kinesis", "logs", "s3", "sns", "sts")


PROVIDER_REFUSED = ("Failed to query available provider packages", "Failed to install provider")
"""How Terraform begins to say that neither registry nor mirror has given it a provider."""


class NoProviderError(Exception):
    """Says what is missing and how to get it."""


def made_ready(folder: Path, home: Path) -> Path:
    """That copy of terraform/, once the provider has come for one of its modules."""
    if shutil.which("terraform") is None:
        raise NoProviderError("there is no terraform: install Terraform, 1.11 or newer")
    try:
        Terraform(folder / "modules/kinesis", home, surroundings(folder)).init()
    except AssertionError as error:
        if not any(said in str(error) for said in PROVIDER_REFUSED):
            raise
        raise NoProviderError(
            "the provider hashicorp/aws cannot be had: reach the Terraform registry, or name a mirror in the file that "
            f"TF_CLI_CONFIG_FILE says (docs/terraform.md). Terraform said:\n{error}"
        ) from error
    return folder


def surroundings(folder: Path, endpoint: str = "") -> dict[str, str]:
    """What Terraform and the provider find in the environment, for a copy of terraform/ in that folder."""
    plugins = folder.parent / "plugins"  # hundreds of megabytes, fetched once and not for each module
    plugins.mkdir(exist_ok=True)
    found = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_EC2_METADATA_DISABLED": "true"}
    found |= {"TF_PLUGIN_CACHE_DIR": str(plugins), "TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE": "1"}
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
    return Terraform(folder / "envs" / name, home, surroundings(folder, endpoint)).init()
