"""Replays as processes of the producer: `ports.workloads.Workloads` for one machine."""

import json
import sys
from pathlib import Path
from typing import Any, Final

from authpulse_operator.adapters.local import processes
from authpulse_operator.adapters.local.home import Home
from authpulse_operator.api.spec import Replay
from authpulse_operator.core.world import ReplayProgress

MODULE: Final = "producer.replay_lanl"
STOP_SECONDS: Final = 30


class LocalReplays:
    """One folder for each replay. A finished one leaves its summary there, a broken one its last words in the log."""

    def __init__(self, home: Home, *, configuration: Path) -> None:
        self._home = home
        self._configuration = configuration

    def replay(self, name: str) -> ReplayProgress:
        folder = self._home.replays / name
        attempts = self._attempts(folder)
        running = processes.running(folder / "process.json") is not None
        summary = _json(folder / "summary.json")
        if not running and summary:
            return _progress("Completed", attempts, summary)
        checkpoint = _json(folder / "checkpoint.json")
        if running:
            return _progress("Running", attempts, checkpoint)
        if attempts == 0 or (folder / "stopped").exists():
            return _progress("Pending", attempts, checkpoint)
        return _progress("Failed", attempts, checkpoint, message=processes.last_lines(folder / "log", 1))

    def start_replay(self, replay: Replay) -> None:
        folder = self._home.replays / replay.name
        if processes.running(folder / "process.json") is not None:
            return
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "stopped").unlink(missing_ok=True)
        processes.write_atomically(folder / "attempts", str(self._attempts(folder) + 1))
        command = [
            *(sys.executable, "-m", MODULE),
            *("--config", str(self._configuration)),
            *("--input", replay.input, "--format", replay.format),
            *("--checkpoint", str(folder / "checkpoint.json"), "--rejects", str(folder / "rejects.jsonl")),
            *("--summary", str(folder / "summary.json")),
            *(("--rate", str(replay.rate)) if replay.rate else ()),
            *(("--speedup", str(replay.speedup)) if replay.speedup else ()),
            *(("--limit", str(replay.limit)) if replay.limit else ()),
        ]
        processes.start(command, mark=MODULE, note=folder / "process.json", log=folder / "log", cwd=folder)

    def stop_replay(self, name: str) -> None:
        folder = self._home.replays / name
        if processes.stop(folder / "process.json", within_seconds=STOP_SECONDS):
            (folder / "stopped").touch()

    @staticmethod
    def _attempts(folder: Path) -> int:
        try:
            return int((folder / "attempts").read_text())
        except FileNotFoundError:
            return 0


def _progress(state: Any, attempts: int, counts: dict[str, Any], *, message: str = "") -> ReplayProgress:
    return ReplayProgress(
        state=state,
        attempts=attempts,
        lines=counts.get("lines", 0),
        events=counts.get("events", 0),
        rejected=counts.get("rejected", 0),
        ignored=counts.get("ignored", 0),
        message=message,
    )


def _json(path: Path) -> dict[str, Any]:
    """What a file holds, or nothing while it is not there."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found if isinstance(found, dict) else {}
