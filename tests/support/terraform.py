"""Terraform in a folder, with everything that it keeps somewhere else."""

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "terraform/modules"
SECONDS = 300


@dataclass(frozen=True)
class Terraform:
    """Runs in one folder, with everything that it keeps beside the sources."""

    folder: Path
    home: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables on top of ours."""

    def run(self, *arguments: str, expect: int = 0) -> str:
        """What it printed; the test fails where it ended otherwise."""
        # a configuration file that a shell names, and that is not there, would be warned of in every output
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TF_")}
        environment |= {"TF_DATA_DIR": str(self.home / "data"), "TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1"}
        environment |= self.environment
        done = subprocess.run(
            ["terraform", f"-chdir={self.folder}", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == expect, (
            f"terraform {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}"
        )
        return done.stdout + done.stderr

    def init(self) -> "Terraform":
        """Made ready."""
        self.run("init", "-input=false", "-no-color", "-backend=false")
        return self

    def outputs(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Of an apply: possible where nothing has a provider."""
        given = self.home / "given.tfvars.json"
        given.write_text(json.dumps(variables))
        state = f"-state={self.home / 'state'}"
        self.run("apply", "-auto-approve", "-input=false", "-no-color", state, f"-var-file={given}")
        return {k: v["value"] for k, v in json.loads(self.run("output", "-json", state)).items()}
