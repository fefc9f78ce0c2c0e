"""The modules fit together, as far as that can be told without a provider.

Names of what is declared and referred to are compared; and both environments are applied with a stand-in for every
module that needs the provider, which writes down what it is told.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from authpulse.foundation.alarms import ALARMS, UNHEALTHY
from authpulse.names import Names
from support.hcl import Module
from support.terraform import ROOT, Terraform
from support.terraform_stand_ins import ACCOUNT, without_provider

TERRAFORM = ROOT / "terraform"
FOLDERS = sorted({p.parent for p in TERRAFORM.rglob("*.tf")})
ENVIRONMENTS = ["dev", "prod"]

each_folder = pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: str(f.relative_to(TERRAFORM)))


@each_folder
def test_what_is_referred_to_is_declared(folder: Path) -> None:
    module = Module(folder)
    assert module.refers(r"var\.(\w+)") <= module.blocks("variable").keys()
    assert module.refers(r"local\.(\w+)") <= module.locals
    assert module.refers(r"data\.(\w+)\.(\w+)") <= module.blocks("data").keys()
    assert module.refers(r"((?:aws|terraform)_\w+)\.(\w+)") <= module.blocks("resource").keys()
    for call, output in (r.split(".") for r in module.refers(r"module\.(\w+)(?:\[0\])?\.(\w+)")):
        called, _ = module.call(call)
        assert output in Module(called).blocks("output"), f"module.{call} has no output {output}"


@each_folder
def test_what_is_declared_is_used(folder: Path) -> None:
    module = Module(folder)
    assert module.blocks("variable").keys() <= module.refers(r"var\.(\w+)")
    assert module.locals <= module.refers(r"local\.(\w+)")


@each_folder
def test_a_module_is_given_what_it_wants_and_nothing_else(folder: Path) -> None:
    module = Module(folder)
    for name in module.blocks("module"):
        called, given = module.call(name)
        wanted = Module(called)
        assert given <= wanted.blocks("variable").keys(), name
        assert wanted.required <= given, name


@each_folder
def test_variables_and_outputs_say_what_they_are(folder: Path) -> None:
    module = Module(folder)
    for kind in ("variable", "output"):
        for name, body in module.blocks(kind).items():
            assert re.search(r"^  description += (\"|<<)", body, re.MULTILINE), f"{kind} {name}"
    for name, body in module.blocks("variable").items():
        assert re.search(r"^  type +=", body, re.MULTILINE), name


@each_folder
def test_descriptions_of_security_groups_have_only_what_ec2_takes(folder: Path) -> None:
    """The provider lets through what EC2 refuses while it applies."""
    for name, body in Module(folder).blocks("resource").items():
        if name.startswith(("aws_security_group.", "aws_vpc_security_group_")):
            said = re.search(r'^  description += "(.*)"', body, re.MULTILINE)
            assert said, name
            assert re.fullmatch(r"[\w .:/()#,@\[\]+=&;{}!$*-]{1,255}", said[1], re.ASCII), said[1]


@pytest.mark.parametrize("name", ["variables.tf", "versions.tf", "outputs.tf", "main.tf"])
def test_the_environments_differ_in_defaults_only(name: str) -> None:
    dev, prod = ((TERRAFORM / "envs" / e / name).read_text(encoding="utf-8") for e in ENVIRONMENTS)
    plain = r"^  default +=.*$|^# The environment \w+\."
    assert re.sub(plain, "", dev, flags=re.MULTILINE) == re.sub(plain, "", prod, flags=re.MULTILINE)


def test_each_modules_readme_is_what_the_module_says() -> None:
    check = [sys.executable, str(ROOT / "scripts/terraform_readmes.py"), "--check"]
    done = subprocess.run(check, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def told(terraform: Terraform, *variables: str) -> dict[str, Any]:
    """What each module of an environment is told, by the module's name."""
    state = terraform.home / "state"
    terraform.run("apply", "-auto-approve", "-input=false", "-no-color", f"-state={state}", *variables)
    found = {}
    for resource in json.loads(state.read_text())["resources"]:
        if resource["name"] == "told":
            name = re.sub(r"\[0\]$", "", resource["module"]).rpartition(".")[2]
            found[name] = json.loads(resource["instances"][0]["attributes"]["output"]["value"])
    return found


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_each_module_is_told_its_part_of_the_description(environment: str, tmp_path: Path) -> None:
    folder = without_provider(tmp_path) / "envs" / environment
    terraform = Terraform(folder, tmp_path).init()
    terraform.run("validate", "-no-color")
    of = told(terraform, f"-var-file={folder / 'terraform.tfvars.example'}")
    names = Names(environment, ACCOUNT, "eu-west-1")
    is_prod = environment == "prod"
    assert of["kinesis"]["name"] == names.stream
    assert (of["s3"]["name"], of["s3"]["force_destroy"]) == (names.bucket, not is_prod)
    assert of["iam"]["name"] == names.job_role
    assert f"application/{names.application}" in of["iam"]["trust"]
    assert '"kinesis:GetRecords"' in of["iam"]["policy"]
    lakehouse, monitoring = of["lakehouse"], of["monitoring"]
    assert (lakehouse["database"], lakehouse["work_group"]) == (names.database, names.work_group)
    assert (lakehouse["warehouse"], lakehouse["results"]) == (names.warehouse, names.query_results)
    assert (monitoring["topic"], monitoring["dashboard"]) == (names.alarm_topic, names.dashboard)
    assert (monitoring["log_group"], monitoring["log_stream"]) == (names.log_group, names.log_stream)
    assert len(monitoring["emails"]) == 1
    assert {a["AlarmName"] for a in monitoring["alarms"].values()} == {a.name(names) for a in ALARMS}
    assert [a["AlarmName"] for a in monitoring["composite_alarms"].values()] == [UNHEALTHY.name(names)]
    watched = monitoring["alarms"]["flink-failed-checkpoints-rate"]["Metrics"]
    assert [(q["Expression"], q["MetricStat"] is None) for q in watched] == [("DIFF(failed)", True), (None, False)]
    roles = {"operator", "workers"} if is_prod else set()
    assert set(of["operator_access"]["trust"]) == roles
    assert all(of[m]["tags"] == {"authpulse.io/environment": environment} for m in of)
    if is_prod:  # with a key of its own, which has no ARN while Terraform plans
        key = of["s3"]["key_arn"]
        assert key
        assert all(of[m]["key_arn"] == key for m in ("kinesis", "lakehouse", "monitoring"))
        assert f'"Resource":["{key}"]' in of["iam"]["policy"]
        assert of["kms"]["alias"] == names.key_alias


def test_a_vpc_gets_its_endpoints(tmp_path: Path) -> None:
    folder = without_provider(tmp_path) / "envs/dev"
    vpc = {
        "vpc_id": "vpc-1",
        "subnet_ids": ["subnet-1"],
        "route_table_ids": ["rtb-1"],
        "from_security_group_ids": ["sg-1"],
    }
    variables = tmp_path / "vpc.tfvars.json"
    variables.write_text(json.dumps({"vpc_endpoints": vpc, "job_in_vpc": True}))
    of = told(Terraform(folder, tmp_path).init(), f"-var-file={variables}")
    assert of["vpc_endpoints"]["vpc_id"] == "vpc-1"
    assert '"ec2:CreateNetworkInterface"' in of["iam"]["policy"]
