"""`python -m producer.replay_lanl`: puts a replay together from command line and configuration, and ends it well.

Named after the logs that it was made for; it replays every format that `authpulse.formats` knows.
"""

import random
import signal
import sys
import traceback
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final

from rich.console import Console

from authpulse import formats
from authpulse.configuration import Configuration, Producer, load
from authpulse.errors import EXIT_BUG, EXIT_INTERRUPTED, AuthPulseError
from producer import checkpoints, options
from producer.aws import KinesisStream
from producer.checkpoints import Checkpoint, FileStore, NoStore, Store
from producer.clock import Clock, SystemClock
from producer.inputs import log_at
from producer.options import Options
from producer.pacing import Pace, Rate, Speedup
from producer.packing import Packer
from producer.progress import Bar, Display, Hidden
from producer.rejects import Rejects
from producer.replaying import Replay, Result
from producer.sections import Position
from producer.sending import Sender, Traffic
from producer.stream import DryRun, Stream
from producer.summary import Seen, Summary

REPLAYS: Final = Path("build/replays")


@dataclass(slots=True)
class Stopping:
    """Whether somebody asked to stop. A second signal ends the process at once."""

    asked: bool = False

    def listen(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        self.asked = True
        signal.signal(number, signal.SIG_DFL)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A replay before its first line."""

    options: Options
    configuration: Configuration
    log: formats.Log
    format: str
    dataset: str
    stream: Stream
    store: Store
    checkpoint: Checkpoint
    rejects: Path | None

    @property
    def nothing_left(self) -> bool:
        limit = self.options.limit
        return self.checkpoint.finished or (limit is not None and self.checkpoint.lines >= limit)


def replay(asked: Options, clock: Clock, stopping: Stopping) -> Summary:
    """Runs what was asked for. Raises AuthPulseError with what stood in the way."""
    plan = _plan(asked)
    start = plan.checkpoint.position
    if plan.nothing_left:
        return _summary(plan, start, finished=plan.checkpoint.finished)
    plan.stream.check()
    began = clock.monotonic()
    with ExitStack() as stack:
        rejects = stack.enter_context(Rejects(plan.rejects, keep_bytes=start.rejects_bytes))
        display: Display = Hidden()
        console = Console(stderr=True)
        if console.is_terminal:
            display = stack.enter_context(Bar(console, clock, name=plan.log.name))
        sender = stack.enter_context(_sender(plan, clock, stopping))
        run = _replay(plan, sender, rejects=rejects, display=display, clock=clock, stopping=stopping)
        result = run.run()
    finished = _is_finished(plan, result)
    plan.store.write(plan.checkpoint.at(result.position, finished=finished).model_dump_json(indent=2))
    return _summary(
        plan,
        result.position,
        finished=finished,
        seen=run.seen,
        traffic=sender.traffic,
        seconds=clock.monotonic() - began,
    )


def _is_finished(plan: _Plan, result: Result) -> bool:
    """A replay that ended at its limit can go on with a higher one."""
    limit = plan.options.limit
    return result.at_end and (limit is None or result.position.lines < limit)


def _plan(asked: Options) -> _Plan:
    configuration = load(asked.config)
    log = log_at(asked.input, configuration.aws)
    format_ = formats.choose(log, asked.format)
    dataset = asked.dataset or formats.dataset_of(log)
    stream: Stream = DryRun() if asked.dry_run else KinesisStream(configuration.stream.name, configuration.aws)
    folder = REPLAYS / f"{configuration.environment}-{dataset}"
    store: Store = NoStore()
    rejects = asked.rejects
    if not asked.dry_run:
        named = asked.checkpoint
        store = checkpoints.store_at(named, configuration.aws) if named else FileStore(folder / "checkpoint.json")
        rejects = rejects or folder / "rejects.jsonl"
    what = checkpoints.replayed(log, format_=format_, dataset=dataset, stream=stream.name)
    checkpoint = checkpoints.load(store, what, buckets=configuration.producer.buckets)
    return _Plan(asked, configuration, log, format_, dataset, stream, store, checkpoint, rejects)


def _sender(plan: _Plan, clock: Clock, stopping: Stopping) -> Sender:
    def save(position: Position) -> None:
        plan.store.write(plan.checkpoint.at(position).model_dump_json(indent=2))

    return Sender(
        plan.stream,
        buckets=plan.checkpoint.buckets,
        max_attempts=plan.configuration.producer.max_attempts,
        jitter=random.random,
        clock=clock,
        start=plan.checkpoint.position,
        save=save,
        stopping=lambda: stopping.asked,
    )


def _replay(
    plan: _Plan, sender: Sender, *, rejects: Rejects, display: Display, clock: Clock, stopping: Stopping
) -> Replay:
    settings, start = plan.configuration.producer, plan.checkpoint.position
    return Replay(
        formats.open_blocks(plan.log, skip=start.lines, progress=display.read),
        formats.reader(plan.format, plan.dataset),
        start=start,
        limit=plan.options.limit,
        packer=Packer(
            buckets=plan.checkpoint.buckets,
            pack_bytes=settings.pack_bytes,
            pack_ms=round(_width(plan.options, settings) * 1000),
        ),
        pack_seconds=settings.pack_seconds,
        sender=sender,
        rejects=rejects,
        pace=_pace(plan.options, clock),
        clock=clock,
        display=display,
        stopping=lambda: stopping.asked,
    )


def _width(asked: Options, settings: Producer) -> float:
    """Seconds of event time that a pack may span."""
    is_paced = asked.rate is not None or asked.speedup is not None
    return settings.pack_seconds if is_paced else max(settings.pack_seconds, settings.unpaced_pack_seconds)


def _pace(asked: Options, clock: Clock) -> Pace | None:
    if asked.rate is not None:
        return Rate(asked.rate, clock.monotonic)
    if asked.speedup is not None:
        return Speedup(asked.speedup, clock.monotonic)
    return None


def _summary(
    plan: _Plan,
    position: Position,
    *,
    finished: bool,
    seen: Seen | None = None,
    traffic: Traffic | None = None,
    seconds: float = 0.0,
) -> Summary:
    return Summary(
        input=str(plan.log),
        format=plan.format,
        dataset=plan.dataset,
        stream=plan.stream.name,
        dry_run=plan.options.dry_run,
        finished=finished,
        resumed_after_line=plan.checkpoint.lines,
        position=position,
        seen=seen or Seen(),
        traffic=traffic or Traffic(),
        seconds=seconds,
        rejects=None if plan.rejects is None else str(plan.rejects),
    )


def main(arguments: Sequence[str]) -> int:
    """The command: prints the summary, and errors as one line; returns the exit code."""
    asked = options.parse(arguments)
    stopping = Stopping()
    stopping.listen()
    try:
        summary = replay(asked, SystemClock(), stopping)
        if stopping.asked and not summary.complete(asked.limit):
            _say(f"stopped after line {summary.position.lines:,} of {asked.input}; run it again to go on")
            return EXIT_INTERRUPTED
        if asked.summary is not None:
            checkpoints.store_at(asked.summary, load(asked.config).aws).write(summary.json + "\n")
        sys.stdout.write((summary.json if asked.as_json else summary.text) + "\n")
    except AuthPulseError as error:
        _say(str(error))
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the last stop before the user
        traceback.print_exc()
        _say(f"this is a bug in AuthPulse ({type(error).__name__}); please report it with the lines above")
        return EXIT_BUG
    return 0


def _say(message: str) -> None:
    for line in message.splitlines():
        sys.stderr.write(f"error: {line}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
