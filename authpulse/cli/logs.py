"""`authpulse logs`: where to look when something is not as it should be."""

import sys
from pathlib import Path

from authpulse.cli.job_log import job_log
from authpulse.cli.pipeline import home_of, running_pipeline
from authpulse.errors import InputError
from authpulse_operator.adapters.local.home import Home


def show_logs(environment: str | None, *, source: str, lines: int) -> int:
    """Prints the last lines of one log: the job's comes from CloudWatch Logs, the others from files."""
    if source == "job":
        pipeline = running_pipeline(environment)
        shown = job_log(pipeline.session, pipeline.names, lines)
    else:
        shown = _file(_path(home_of(environment), source), lines)
    sys.stdout.writelines(f"{line}\n" for line in shown)
    return 0


def _path(home: Home, source: str) -> Path:
    known = {p.parent.name: p for p in sorted(home.replays.glob("*/log"))}
    known["local-aws"] = home.local_aws / "localstack.log"
    if source not in known:
        raise InputError(f"no log {source!r}; there are job, {', '.join(known)}")
    return known[source]


def _file(path: Path, lines: int) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:] if path.exists() else []
