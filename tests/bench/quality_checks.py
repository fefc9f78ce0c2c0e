"""The twenty checks of the bench, as a suite has them, and a process's use of time and memory."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

CHECKS: Final[tuple[Mapping[str, Any], ...]] = (
    {"check": "schema"},
    {"check": "not_null", "column": "event_id"},
    {"check": "not_null", "column": "event_time"},
    {"check": "not_null", "column": "user_id"},
    {"check": "not_null", "column": "computer_id"},
    {"check": "not_null", "column": "outcome"},
    {"check": "not_null", "column": "source"},
    {"check": "not_null", "column": "ingestion_time"},
    {"check": "unique", "column": "event_id"},
    {"check": "matches", "column": "event_id", "pattern": "^[0-9a-f]{32}$"},
    {"check": "matches", "column": "user_id", "pattern": "^U[0-9]+$"},
    {"check": "matches", "column": "source_host", "pattern": "^C[0-9]+$"},
    {"check": "matches", "column": "computer_id", "pattern": "^C[0-9]+$"},
    {"check": "matches", "column": "shard_id", "pattern": "^shardId-[0-9]{12}$"},
    {"check": "allowed", "column": "outcome", "values": ["Success", "Fail"]},
    {"check": "allowed", "column": "orientation", "values": ["LogOn", "LogOff", "TGT", "TGS", "AuthMap"]},
    {"check": "allowed", "column": "auth_type", "values": ["Kerberos", "NTLM", "Negotiate"]},
    {"check": "range", "column": "record_index", "min": 0, "max": 10_000},
    {"check": "range", "column": "event_time", "min": "2026-01-01"},
    {
        "check": "condition",
        "name": "not_ahead_of_its_arrival",
        "holds": "event_time <= ingestion_time + INTERVAL '5' MINUTE",
    },
)
AHEAD_MINUTES: Final = 5
"""The same as in the condition, for engines that do not read SQL."""


def name_of(check: Mapping[str, Any]) -> str:
    """As the runner calls it."""
    return str(check.get("name") or "_".join(filter(None, [check["check"], check.get("column", "")])))


@dataclass(frozen=True, slots=True)
class Use:
    """What a process took, and what it printed: `unexpected` by check."""

    seconds: float
    cpu_seconds: float
    peak_mib: float
    unexpected: Mapping[str, int]


def use_of(command: Sequence[str], environ: Mapping[str, str]) -> Use:
    """Runs a process to its end. It prints JSON: the checks with what is unexpected."""
    with tempfile.TemporaryDirectory() as folder:
        took = Path(folder) / "took.json"
        measured = [sys.executable, "-m", "bench.measured", str(took), *command]
        ended = subprocess.run(measured, env={**os.environ, **environ}, stdout=subprocess.PIPE, text=True, check=True)
        unexpected = {c["name"].rpartition(".")[2]: c["unexpected"] for c in json.loads(ended.stdout)["checks"]}
        return Use(**json.loads(took.read_text()), unexpected=unexpected)
