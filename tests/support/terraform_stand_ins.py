"""Our Terraform without the AWS provider: modules that need it only write down what they are told."""

import re
import shutil
from pathlib import Path

from support.hcl import Module
from support.terraform import ROOT

TERRAFORM = ROOT / "terraform"
ACCOUNT = "111122223333"


def without_provider(folder: Path) -> Path:
    """A copy of terraform/ in which modules that need the provider only write down what they are told."""
    copy = folder / "terraform"
    shutil.copytree(TERRAFORM, copy, ignore=shutil.ignore_patterns(".terraform", "*.tfstate*", "tests"))
    for versions in copy.rglob("versions.tf"):
        versions.unlink()
    for main in copy.rglob("main.tf"):
        text = main.read_text(encoding="utf-8")
        if 'resource "aws_' in text:
            main.write_text(_stand_in(Module(main.parent)), encoding="utf-8")
            outputs = main.with_name("outputs.tf")
            names = Module(main.parent).blocks("output")
            outputs.write_text(
                "".join(f'output "{n}" {{\n  value = terraform_data.told.id\n}}\n' for n in names), encoding="utf-8"
            )
            continue
        text = re.sub(r'^provider "aws" \{.*?^\}\n', "", text, flags=re.MULTILINE | re.DOTALL)
        text = text.replace('data "aws_caller_identity" "current" {}', "")
        text = text.replace("data.aws_caller_identity.current.account_id", f'"{ACCOUNT}"')
        main.write_text(text, encoding="utf-8")
    return copy


def _stand_in(module: Module) -> str:
    """It goes through the same maps and sets as the module itself, whose keys Terraform has to know while it plans."""
    given = "\n".join(f"    {name} = var.{name}" for name in module.blocks("variable"))
    for_each = module.refers(r"for_each += +var\.(\w+)")
    parts = [f'resource "terraform_data" "told" {{\n  input = jsonencode({{\n{given}\n  }})\n}}\n']
    parts += [f'resource "terraform_data" "of_{n}" {{\n  for_each = var.{n}\n}}\n' for n in sorted(for_each)]
    return "".join(parts)
