"""`authpulse up`: one machine made to match a manifest, then a report of what came out."""

import hashlib
import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from authpulse import formats
from authpulse.cli import places
from authpulse.cli.ending import STDERR
from authpulse.cli.pipeline import Pipeline, local_aws_of, read_resource
from authpulse.cli.progress import Steps
from authpulse.cli.report import Books, balance, print_report, read_report
from authpulse.errors import AuthPulseError, InputError
from authpulse_operator.adapters.local.home import Home
from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.resource import AuthPulse
from authpulse_operator.api.status import Status
from authpulse_operator.core.case import Decision
from authpulse_operator.runtime.embedded import is_ready, is_suspended, run_until

POLL_SECONDS: Final = 0.5

STEPS: Final = {
    Reason.LAYING_FOUNDATION: "foundation",
    Reason.RESHARDING: "foundation",
    Reason.UPLOADING_CODE: "application",
    Reason.CREATING: "application",
    Reason.UPDATING: "application",
    Reason.STARTING: "application",
    Reason.STOPPING: "application",
    Reason.OPERATION_IN_FLIGHT: "application",
    Reason.OPERATION_FAILED: "application",
    Reason.WAITING_FOR_JOB: "healthy job",
    Reason.REPLAYING: "replay",
}


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
    with home.locked(), Steps(STDERR) as steps:
        pipeline = _start(home, home.apply(resource), port, steps)
        deadline = time.monotonic() + minutes * 60

        def watch(decision: Decision, _status: Status) -> None:
            if decision.reconciling:
                steps.at(STEPS[decision.reconciling], decision.message)

        goal = is_suspended if resource.spec.suspend else is_ready
        run_until(goal, pipeline.plan(), pipeline.world(), within=timedelta(minutes=minutes), watch=watch)
        books = None if resource.spec.suspend else _wait_until_queryable(pipeline, steps, deadline)
    if books is None:
        STDERR.print("suspended: the job is stopped, its snapshot is kept")
    else:
        print_report(pipeline, read_report(pipeline, books), as_json=as_json)
    return 0


def _start(home: Home, resource: AuthPulse, port: int | None, steps: Steps) -> Pipeline:
    steps.at("local AWS")
    process = local_aws_of(home)
    aws = process.find()
    if aws is not None and port is not None and not aws.endpoint.endswith(f":{port}"):
        raise InputError(f"the local AWS already runs at {aws.endpoint}: leave --port out, or `authpulse down` first")
    aws = aws or process.start(port)
    if home.begin_anew(aws.incarnation):
        steps.say(
            "the local AWS was not stopped by `authpulse down` and has lost its state: starting from the beginning"
        )
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
    """The replay that takes the place of the manifest's; its name tells the file, so the same file is not sent twice."""
    if input_ is None:
        if format_ is not None:
            raise InputError("--format belongs to --input: name the log too")
        return None
    path = input_.absolute()
    try:
        size = path.stat().st_size
    except OSError as error:
        raise InputError(f"{input_}: cannot be read: {error.strerror}") from error
    digest = hashlib.sha256(f"{path}|{size}".encode()).hexdigest()[:8]
    slug = re.sub(r"[^a-z0-9]+", "-", path.name.lower()).strip("-")[:28].strip("-")
    return {"name": f"{slug}-{digest}".strip("-"), "input": str(path), "format": format_ or formats.detect(path)}
