"""`authpulse up`: one machine made to match a manifest, then a report of what came out."""

import hashlib
import json
import os
import re
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from authpulse import formats
from authpulse.cli import places
from authpulse.cli.pipeline import Pipeline, local_aws_of, read_resource
from authpulse.cli.progress import Steps
from authpulse.cli.report import Books, balance, print_report, read_report
from authpulse.ending import STDERR
from authpulse.errors import AuthPulseError, InputError, ReachabilityError
from authpulse_operator.adapters.local.home import Home
from authpulse_operator.adapters.local.local_aws import LocalAwsProcess
from authpulse_operator.adapters.local.replays import LocalReplays
from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.resource import AuthPulse
from authpulse_operator.api.status import Status
from authpulse_operator.core.case import Decision
from authpulse_operator.runtime.embedded import is_ready, is_suspended, run_until

POLL_SECONDS: Final = 0.5
MARK_BYTES: Final = 65_536

STEPS: Final = {
    Reason.LAYING_FOUNDATION: "foundation",
    Reason.RESHARDING: "foundation",
    Reason.WAITING_FOR_JOB: "healthy job",
    Reason.REPLAYING: "replay",
}
"""What a person sees of a decision; anything else is about the application."""


def bring_up(
    manifest: Path,
    *,
    input_: Path | None,
    format_: str | None,
    port: int | None,
    minutes: float,
    as_json: bool,
) -> int:
    """Does what is not done yet. Raises AuthPulseError with what stood in the way."""
    resource = read_resource(manifest, replay=_replay_of(input_, format_))
    places.require_java()
    places.built(places.JOB_ZIP)
    home = Home(places.home(resource.spec.environment))
    process = local_aws_of(home)
    with home.locked(), Steps(STDERR) as steps:
        pipeline = _start(home, process, home.apply(resource), port, steps)
        deadline = time.monotonic() + minutes * 60

        def watch(decision: Decision, status: Status) -> None:
            if decision.reconciling:
                steps.at(STEPS.get(decision.reconciling, "application"), decision.message)
            elif any(r.state == "Running" for r in status.replays):
                steps.at("replay", decision.message)
            if decision.reconciling is Reason.OPERATION_FAILED and not process.is_running:
                raise ReachabilityError(f"the local AWS has ended: see {process.log}, and run `authpulse up` again")

        goal = is_suspended if resource.spec.suspend else is_ready
        run_until(goal, pipeline.plan(), pipeline.world(), within=timedelta(minutes=minutes), watch=watch)
        books = None if resource.spec.suspend else _wait_until_queryable(pipeline, steps, deadline)
    if books is not None:
        print_report(pipeline, read_report(pipeline, books), as_json=as_json)
    elif as_json:
        sys.stdout.write(json.dumps({"endpoint": pipeline.aws.endpoint, "suspended": True}) + "\n")
    else:
        STDERR.print("suspended: the job is stopped, its snapshot is kept")
    return 0


def _start(home: Home, process: LocalAwsProcess, resource: AuthPulse, port: int | None, steps: Steps) -> Pipeline:
    steps.at("local AWS")
    aws = process.find()
    if aws is not None and port is not None and not aws.endpoint.endswith(f":{port}"):
        raise InputError(f"the local AWS already runs at {aws.endpoint}: leave --port out, or `authpulse down` first")
    aws = aws or process.start(port)
    replays = LocalReplays(home, configuration=home.configuration)
    known = home.incarnation
    if known not in (None, aws.incarnation):
        steps.say(
            "the local AWS was not stopped by `authpulse down` and has lost its state: starting from the beginning"
        )
    if known != aws.incarnation:
        replays.stop_all()
        home.begin_anew(aws.incarnation)
    replays.retry_failed()
    pipeline = Pipeline(resource, home, aws)
    pipeline.write_configuration()
    return pipeline


def _wait_until_queryable(pipeline: Pipeline, steps: Steps, deadline: float) -> Books:
    """Until every event that was sent is in the tables: tables are written when a checkpoint completes."""
    while True:
        books = balance(pipeline)
        steps.at("queryable", books.summary)
        if books.complete:
            return books
        if time.monotonic() > deadline:
            raise AuthPulseError(f"not everything became queryable in time: {books.summary}; see `authpulse logs`")
        time.sleep(POLL_SECONDS)


def _replay_of(input_: Path | None, format_: str | None) -> dict[str, Any] | None:
    """The replay that takes the place of the manifest's; its name tells the log, so the same log is not sent twice."""
    if input_ is None:
        if format_ is not None:
            raise InputError("--format belongs to --input: name the log too")
        return None
    if format_ is not None and format_ not in formats.NAMES:
        raise InputError(f"--format: {format_!r} is not known; there are {', '.join(formats.NAMES)}")
    path = input_.absolute()
    mark = _mark_of(path)
    format_ = formats.choose(path, format_)
    digest = hashlib.sha256(format_.encode() + mark).hexdigest()[:8]
    slug = re.sub(r"[^a-z0-9]+", "-", path.name.lower()).strip("-")[:28].strip("-")
    return {"name": f"{slug}-{digest}".strip("-"), "input": str(path), "format": format_}


def _mark_of(path: Path) -> bytes:
    """What tells a log from another of its name without reading all of it: its size, its beginning and its end."""
    try:
        with path.open("rb") as log:
            size = log.seek(0, os.SEEK_END)
            log.seek(0)
            beginning = log.read(MARK_BYTES)
            log.seek(max(0, size - MARK_BYTES))
            return str(size).encode() + beginning + log.read(MARK_BYTES)
    except OSError as error:  # a pipe too, which could not be resumed
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
