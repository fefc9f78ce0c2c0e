"""The job's zip for Managed Flink: `python -m flink_job.bundle --output build/authpulse-job.zip`.

    main.py                       entry point
    python/                       what it imports: flink_job, and what of authpulse and lakehouse it needs
    lib/authpulse-engine.jar      the fat jar

Equal content gives equal bytes, because the zip is uploaded under the hash of its content: a zip that differed by
time stamps alone would restart the job.
"""

import argparse
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from authpulse.errors import AuthPulseError, PrerequisiteError

ROOT: Final = Path(__file__).resolve().parents[1]
JAR: Final = ROOT / "flink_job/engine/target/authpulse-engine.jar"
MAX_MEGABYTES: Final = 100
MOMENT: Final = (2025, 1, 1, 0, 0, 0)  # zip cannot do without one

PYTHON: Final = (
    "authpulse/__init__.py",
    "authpulse/errors.py",
    "authpulse/events.py",
    "flink_job/__init__.py",
    "flink_job/main.py",
    "flink_job/pipeline.py",
    "flink_job/properties.py",
    "flink_job/sinks.py",
    "lakehouse/__init__.py",
    "lakehouse/tables.py",
)


def content(jar: Path = JAR) -> Iterator[tuple[str, Path]]:
    """Names in the zip and the files behind them, in their order."""
    yield "main.py", ROOT / "flink_job/main.py"
    for name in PYTHON:
        yield f"python/{name}", ROOT / name
    yield f"lib/{JAR.name}", jar


def write(output: Path, jar: Path = JAR) -> None:
    """Writes the zip. Raises PrerequisiteError without the jar, AuthPulseError for a zip above the service's advice."""
    if not jar.exists():
        raise PrerequisiteError(f"{jar} is not built: run `make build`")
    output.parent.mkdir(parents=True, exist_ok=True)
    aside = output.with_name(f".{output.name}")
    with zipfile.ZipFile(aside, "w") as bundle:
        for name, path in content(jar):
            entry = zipfile.ZipInfo(name, MOMENT)
            entry.external_attr = 0o644 << 16
            # a jar is compressed already; trying again costs seconds and gains nothing
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".jar") else zipfile.ZIP_DEFLATED
            bundle.writestr(entry, path.read_bytes())
    size = aside.stat().st_size
    if size > MAX_MEGABYTES << 20:
        aside.unlink()
        raise AuthPulseError(f"the zip would have {size >> 20} MB; above {MAX_MEGABYTES} MB the service starts slowly")
    aside.replace(output)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="flink_job.bundle", description="Writes the job's zip.")
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args(arguments)
    try:
        write(options.output)
    except AuthPulseError as error:
        sys.stderr.write(f"error: {error}\n")
        return error.exit_code
    sys.stdout.write(f"{options.output}: {options.output.stat().st_size / (1 << 20):.0f} MB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
