"""Where Flink is: the pip distribution in the environment of an interpreter, and a Java 17 to run it with."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from authpulse_localstack.managed_flink.cluster.port import StartFailed

JAVA_FOLDERS: Final = ("/usr/lib/jvm/java-17-openjdk-amd64", "/usr/lib/jvm/java-17-openjdk-arm64")


@dataclass(frozen=True)
class Distribution:
    """apache-flink as pip installed it beside `python`. Raises StartFailed when something is missing."""

    python: Path

    @classmethod
    def from_environment(cls) -> "Distribution":
        """What AUTHPULSE_LOCAL_FLINK_PYTHON names."""
        named = os.environ.get("AUTHPULSE_LOCAL_FLINK_PYTHON")
        if not named:
            raise StartFailed(
                "no Flink here: start the local AWS with --flink-python, an interpreter with apache-flink"
            )
        return cls(Path(named))

    @cached_property
    def home(self) -> Path:
        found = sorted(self.python.parent.parent.glob("lib/python3*/site-packages/pyflink"))
        if not found:
            raise StartFailed(f"{self.python} has no apache-flink: install requirements/flink.txt (make setup)")
        return found[0]

    @cached_property
    def class_path(self) -> str:
        """As the distribution's own scripts order it: flink-dist last."""
        jars = sorted((self.home / "lib").glob("*.jar"), key=lambda jar: (jar.name.startswith("flink-dist"), jar.name))
        return ":".join(map(str, jars))

    @cached_property
    def java(self) -> Path:
        """JAVA_HOME if it is 17, else where Debian puts it, else what PATH has."""
        named = os.environ.get("JAVA_HOME")
        candidates = [*([named] if named else []), *JAVA_FOLDERS]
        for folder in candidates:
            if (java := Path(folder) / "bin/java").is_file() and _is_17(java):
                return java
        on_path = shutil.which("java")
        if on_path and _is_17(Path(on_path)):
            return Path(on_path)
        raise StartFailed("no Java 17, which FLINK-2_2 needs: install a JDK 17 or point JAVA_HOME at one")

    @cached_property
    def java_options(self) -> tuple[str, ...]:
        """The --add-opens of the distribution's configuration, without which Java 17 refuses reflection."""
        found = re.search(r"^\s+all:\s*(--add-.*)$", (self.home / "conf/config.yaml").read_text(), re.MULTILINE)
        return tuple(found.group(1).split()) if found else ()

    def environment(self) -> dict[str, str]:
        """What the distribution's scripts export."""
        return {
            "FLINK_HOME": str(self.home),
            "FLINK_BIN_DIR": str(self.home / "bin"),
            "FLINK_LIB_DIR": str(self.home / "lib"),
            "FLINK_OPT_DIR": str(self.home / "opt"),
            "FLINK_PLUGINS_DIR": str(self.home / "plugins"),
            "JAVA_HOME": str(self.java.parent.parent),
            "PATH": os.pathsep.join([str(self.python.parent), str(self.java.parent), os.environ.get("PATH", "")]),
        }


def _is_17(java: Path) -> bool:
    answer = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    return ' version "17' in answer.stderr
