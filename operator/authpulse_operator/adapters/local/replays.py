"""Replays as processes of the producer: `ports.workloads.Workloads` for one machine."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Literal

from authpulse_operator.adapters.local import processes
from authpulse_operator.adapters.local.home import Home
from authpulse_operator.api.resource import AuthPulse
from authpulse_operator.api.spec import Replay
from authpulse_operator.core.world import ReplayProgress

PRODUCER: Final = (sys.executable, "-m", "producer.replay_lanl")
STOP_SECONDS: Final = 30


class LocalReplays:
    """One folder for each replay. A finished one leaves its summary there, a broken one its last words in the log."""

    def __init__(self, home: Home, *, configuration: Path, command: Sequence[str] = PRODUCER) -> None:
        self._home = home
        self._configuration = configuration
        self._command = command

    def obstacle(self) -> str | None:
        """Processes need no image."""
        return None

    def runs(self) -> frozenset[str]:
        return frozenset(p.name for p in self._home.replays.glob("*") if p.is_dir())

    def replay(self, run: str) -> ReplayProgress:
        folder = self._home.replays / run
        attempts = self._attempts(folder)
        running = processes.running(folder / "process.json") is not None
        summary = processes.read_json(folder / "summary.json")
        if not running and summary:
            return _progress("Completed", attempts, summary)
        checkpoint = processes.read_json(folder / "checkpoint.json")
        if running:
            return _progress("Running", attempts, checkpoint)
        if attempts == 0 or (folder / "stopped").exists():
            return _progress("Pending", attempts, checkpoint)
        return _progress("Failed", attempts, checkpoint, message=processes.last_lines(folder / "log", 1))

    def is_outdated(self, replay: Replay, run: str) -> bool:
        """One that was started before its command was kept is left alone."""
        folder = self._home.replays / run
        if processes.running(folder / "process.json") is None:
            return False
        kept = processes.read_json(folder / "command.json")
        return bool(kept) and kept != {"command": self._command_of(replay, folder)}

    def start_replay(self, replay: Replay, run: str) -> None:
        folder = self._home.replays / run
        if processes.running(folder / "process.json") is not None:
            return
        folder.mkdir(parents=True, exist_ok=True)
        # going on after a stop that was asked for is a first attempt
        before = 0 if (folder / "stopped").exists() else self._attempts(folder)
        processes.write_atomically(folder / "attempts", str(before + 1))
        (folder / "stopped").unlink(missing_ok=True)
        checkpoint = f"--checkpoint {folder / 'checkpoint.json'}"
        command = self._command_of(replay, folder)
        processes.write_atomically(folder / "command.json", json.dumps({"command": command}))
        processes.start(command, mark=checkpoint, note=folder / "process.json", log=folder / "log", cwd=folder)

    def _command_of(self, replay: Replay, folder: Path) -> list[str]:
        return [
            *self._command,
            *("--config", str(self._configuration)),
            *("--input", replay.input, "--format", replay.format, "--dataset", replay.name),
            *("--checkpoint", str(folder / "checkpoint.json"), "--rejects", str(folder / "rejects.jsonl")),
            *("--summary", str(folder / "summary.json")),
            *(("--rate", str(replay.rate)) if replay.rate else ()),
            *(("--speedup", str(replay.speedup)) if replay.speedup else ()),
            *(("--limit", str(replay.limit)) if replay.limit else ()),
        ]

    def stop_replay(self, run: str) -> None:
        folder = self._home.replays / run
        if processes.stop(folder / "process.json", within_seconds=STOP_SECONDS):
            (folder / "stopped").touch()

    def drift(self, resource: AuthPulse) -> tuple[str, ...]:
        """Work on a schedule is a cluster's: there is none here."""
        del resource
        return ()

    def apply(self, resource: AuthPulse) -> None:
        """Nothing to apply."""

    def quality(self) -> Literal["Passing", "Failing"] | None:
        return None

    def stop_all(self) -> None:
        """Ends every replay, also those that no resource names any more."""
        for run in self.runs():
            self.stop_replay(run)

    def retry_failed(self) -> None:
        """Replays that failed may be tried again as if for the first time: a person asks for it."""
        for run in self.runs():
            if self.replay(run).state == "Failed":
                (self._home.replays / run / "stopped").touch()

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
