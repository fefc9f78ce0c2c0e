"""Where things are in a checkout: environments, built artifacts, run state."""

import os
import re
import shutil
import subprocess
from collections.abc import MutableMapping
from pathlib import Path
from typing import Final

from authpulse.errors import PrerequisiteError

ROOT: Final = Path(__file__).resolve().parents[2]
JOB_ZIP: Final = ROOT / "build/authpulse-job.zip"
ENGINE_JAR: Final = ROOT / "flink_job/engine/target/authpulse-engine.jar"
JAVA_AT_LEAST: Final = 17


def home(environment: str) -> Path:
    """Folder of everything that a pipeline on this machine keeps. AUTHPULSE_HOME moves it, so that two can run."""
    return Path(os.environ.get("AUTHPULSE_HOME") or ROOT / ".authpulse").absolute() / environment


def environments_at_home() -> list[str]:
    """The environments that have something here; other folders beside them are not ours."""
    from authpulse_operator.adapters.local.home import LOCK

    base = home("x").parent
    return sorted(p.parent.name for p in base.glob(f"*/{LOCK}"))


def python_of(environment: str) -> Path:
    """Interpreter of one of the environments that `make setup` makes. Raises PrerequisiteError if it is missing."""
    envs = Path(os.environ.get("AUTHPULSE_ENVS") or ROOT / ".envs").absolute()
    python = envs / environment / "bin/python"
    if not python.exists():
        raise PrerequisiteError(
            f"the {environment} environment is not there ({python.parent.parent}): run `make setup`"
        )
    return python


def bypass_proxies(environ: MutableMapping[str, str]) -> None:
    """The local AWS is reached directly, by us and by everything that we start, whatever proxy the machine has."""
    listed = [host for host in environ.get("NO_PROXY", environ.get("no_proxy", "")).split(",") if host]
    if "127.0.0.1" not in listed:
        environ["NO_PROXY"] = environ["no_proxy"] = ",".join([*listed, "127.0.0.1"])


def built(artifact: Path) -> Path:
    """A file that `make build` makes. Raises PrerequisiteError if it is missing."""
    if not artifact.exists():
        raise PrerequisiteError(f"{artifact.relative_to(ROOT)} is not built: run `make build`")
    return artifact


def require_java() -> None:
    """Flink needs a Java of at least 17. Raises PrerequisiteError with what to do about it."""
    java_home = os.environ.get("JAVA_HOME")
    java = str(Path(java_home) / "bin/java") if java_home else shutil.which("java")
    help_ = f"install a JDK {JAVA_AT_LEAST} (Debian: openjdk-17-jdk-headless) or set JAVA_HOME"
    try:
        shown = subprocess.run([java or "java", "-version"], capture_output=True, text=True, timeout=60, check=False)
    except OSError as error:
        raise PrerequisiteError(f"no Java, which Flink needs: {help_}") from error
    version = re.search(r'version "(\d+)', shown.stderr)
    if version is None or int(version[1]) < JAVA_AT_LEAST:
        found = version[0] if version else "an unknown version"
        raise PrerequisiteError(f"Java is too old for Flink 2.2 ({found}): {help_}")
