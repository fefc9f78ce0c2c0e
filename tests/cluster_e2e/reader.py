"""Somebody who types what a page says, in a checkout of their own that they may change."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cluster_e2e.cluster import Cluster, run
from cluster_e2e.conftest import Steps

from authpulse.cli.places import JOB_ZIP, ROOT
from support.install_pages import filled_in
from support.walkthrough import working_copy

SECONDS: Final = 900
"""For one command: the page's own waits are shorter."""
BILLS: Final = "build/sbom"


@dataclass(frozen=True)
class Reader:
    """`checkout` has what is built; what it needs of the machine is in `environment`."""

    checkout: Path
    environment: Mapping[str, str]
    steps: Steps

    def types(self, command: str, **words: str) -> str:
        """What is printed; `words` stand for the page's placeholders. Raises ProgramFailed."""
        typed = filled_in(command, **words)
        said = run("bash", "-euo", "pipefail", "-c", typed, seconds=SECONDS, cwd=self.checkout, **self.environment)
        self.steps.done(f"$ {command}")
        return said

    @contextmanager
    def typing(self, command: str, output: Path) -> Iterator[subprocess.Popen[bytes]]:
        """What goes on until it is interrupted, as at the end of the block; what it prints is in a file."""
        with output.open("wb") as printed:
            process = subprocess.Popen(
                ["bash", "-euc", f"exec {command}"],
                cwd=self.checkout,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
            )
            try:
                yield process
            finally:
                process.terminate()
                process.wait(SECONDS)


def reader_of(cluster: Cluster, folder: Path, steps: Steps) -> Reader:
    """With a copy of this checkout: the files of the job's zip, which are links there, would not go into an image."""
    checkout = working_copy(folder)
    built = checkout / JOB_ZIP.relative_to(ROOT)
    built.unlink()
    shutil.copy(JOB_ZIP, built)
    shutil.copytree(ROOT / BILLS, checkout / BILLS)
    settings = folder / "skaffold.yaml"
    settings.write_text("global: {collect-metrics: false, survey: {disable-prompt: true}}\n")
    return Reader(
        checkout,
        {
            "KUBECONFIG": str(cluster.kubeconfig),
            "PATH": f"{checkout / 'bin'}:{os.environ['PATH']}",
            "DOCKER_BUILDKIT": os.environ.get("DOCKER_BUILDKIT", "0"),
            "SKAFFOLD_CONFIG": str(settings),
            "SKAFFOLD_CACHE_FILE": str(folder / "built"),
            "SKAFFOLD_CLEANUP": "false",  # the end of `skaffold dev` takes nothing away: `skaffold delete` is to do it
            "SKAFFOLD_UPDATE_CHECK": "false",
        },
        steps,
    )
