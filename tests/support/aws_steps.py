"""What the pages tell a reader to type on the way to AWS, and which test types it, or why none does.

Each command is in one of the lists below, word for word as its page has it. A test fails for one that is in none.
"""

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from authpulse.cli.places import ROOT

README: Final = ROOT / "README.md"
SECTION: Final = "## On a cluster, on AWS"
PAGE: Final = ROOT / "docs/terraform.md"
_BLOCK: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN: Final = re.compile(r"`((?:terraform|aws) [^`]+)`")
SECONDS: Final = 300


def blocks(text: str) -> list[list[str]]:
    """The commands of each block that is not in a language."""
    found = []
    for language, block in _BLOCK.findall(text):
        if language:
            continue
        lines = re.sub(r"\s*\\\n\s*", " ", block).splitlines()
        found.append([command for line in lines if (command := re.sub(r"(^|\s+)#\s.*", "", line))])
    return found


def commands(text: str) -> Iterator[str]:
    """Those of its blocks, then those within its sentences."""
    for block in blocks(text):
        yield from block
    yield from (" ".join(span.split()) for span in _SPAN.findall(_BLOCK.sub("", text)))


def steps_of_readme() -> list[str]:
    """Of the way to AWS alone."""
    text = README.read_text(encoding="utf-8")
    (section,) = re.findall(rf"^{SECTION}\n(.*?)^## ", text, re.MULTILINE | re.DOTALL)
    return list(commands(section))


def type_in(commands_: list[str], folder: Path, **environ: str) -> str:
    """As a reader would, one after the other in one shell; the test fails at the first that does."""
    ended = subprocess.run(
        ["bash", "-e", "-o", "pipefail"],
        input="\n".join(commands_),
        cwd=folder,
        env={**{k: v for k, v in os.environ.items() if not k.startswith(("TF_", "AWS_"))}, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ended.returncode == 0, f"{commands_}\n{ended.stdout}"
    return ended.stdout


MIGRATE: Final = ".envs/main/bin/python -m lakehouse.migrate --config config/prod.yaml"
COPY: Final = "cd terraform/envs/prod && cp terraform.tfvars.example terraform.tfvars"
AGAINST_A_LOCAL_AWS: Final = frozenset({COPY, MIGRATE})
"""tests/docs types them, and then asks whether the operator would find all that deploy/examples/aws.yaml expects."""

_INSTALLED: Final = "tests/chart/test_pages.py"
_IN_A_CLUSTER: Final = "tests/cluster_e2e/test_a_life_in_a_cluster.py"
_STAND_INS: Final = "tests/terraform/test_steps.py"
FORGET_GUARD: Final = "terraform state rm 'module.pipeline.module.guard.terraform_data.data_is_kept[0]'"
IN_OTHER_TESTS: Final[Mapping[str, str]] = {
    # with a stand-in for each module that needs the AWS provider
    "terraform init && terraform apply && cd ../../..": _STAND_INS,
    "cd terraform/envs/prod": _STAND_INS,
    "cp terraform.tfvars.example terraform.tfvars": _STAND_INS,
    "terraform init": _STAND_INS,
    "terraform plan -out plan": _STAND_INS,
    "terraform apply plan": _STAND_INS,
    "terraform output -json pipeline": _STAND_INS,
    "cd ../../..": _STAND_INS,
    FORGET_GUARD: _STAND_INS,
    "terraform apply -var keep_data=false": _STAND_INS,
    "terraform destroy -var keep_data=false": _STAND_INS,
    f"{FORGET_GUARD} module.pipeline.module.s3 module.pipeline.module.lakehouse": _STAND_INS,
    "terraform destroy": _STAND_INS,
    # on clusters
    "make build && scripts/images --tag 0.1.0": _IN_A_CLUSTER,
    "kubectl apply -n security -f deploy/examples/aws.yaml": "tests/cluster/argocd/test_differences.py",
}

NOT_TYPED: Final[Mapping[str, str]] = {
    "helm install authpulse charts/authpulse --namespace authpulse-system --create-namespace …": (
        "not a whole command: what stands for … is in docs/install/helm.md, whose commands tests/chart types"
    ),
    "kubectl create namespace security": "it is what kubectl says it is; tests make namespaces by the API",
    "kubectl wait -n security authpulse/prod --for=condition=Ready --timeout=15m": (
        "needs AWS; tests/cluster_e2e waits in the same way for deploy/examples/cluster.yaml on a local AWS"
    ),
    "aws eks create-pod-identity-association --cluster-name … --namespace … --service-account … --role-arn …": (
        "needs a cluster of EKS"
    ),
    "terraform providers lock -platform=linux_amd64 -platform=linux_arm64 -platform=darwin_arm64": (
        "needs the Terraform registry"
    ),
    "terraform providers mirror -platform=linux_amd64 DIR": (
        "needs the Terraform registry; the mirror's file on the page is tried with a mirror made by hand"
    ),
    "terraform apply": "with the AWS provider `make test-terraform` does it, where the provider can be had",
}
