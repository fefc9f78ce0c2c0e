"""`authpulse status`: conditions, application, replays and service levels, as they are now. Looking changes nothing."""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from authpulse.cli.pipeline import Pipeline, home_of, local_aws_of
from authpulse.cli.service_levels import Found, find_service_levels
from authpulse.ending import STDERR
from authpulse_operator.adapters.local.home import Home
from authpulse_operator.adapters.local.local_aws import LocalAws
from authpulse_operator.adapters.local.status_file import StatusFile
from authpulse_operator.api.status import ConditionType, Status
from authpulse_operator.runtime.passes import status_now

MARKS = {"True": "[green]True[/]", "False": "[yellow]False[/]", "Unknown": "[dim]Unknown[/]"}


def show_status(environment: str | None, *, as_json: bool) -> int:
    """Prints how the pipeline stands. 0 if it is ready, 1 if not."""
    home = home_of(environment)
    aws = local_aws_of(home).find()
    status = _now(home, aws)
    levels = _service_levels(home, aws)
    ready = aws is not None and status.is_true(ConditionType.READY)
    if as_json:
        document = status.model_dump(by_alias=True, mode="json") | {
            "localAws": asdict(aws) if aws else None,
            "serviceLevels": levels.document,
        }
        json.dump(document, sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        _print(home, aws, status, levels)
    return 0 if ready else 1


def _now(home: Home, aws: LocalAws | None) -> Status:
    """What a pass would see and say; without a local AWS, what the last one wrote."""
    resource = home.applied()
    if aws is None or resource is None:
        return StatusFile(home.status).read()
    pipeline = Pipeline(resource, home, aws)
    return status_now(pipeline.plan(), pipeline.world())


def _service_levels(home: Home, aws: LocalAws | None) -> Found:
    """None without a local AWS, whose CloudWatch knows them."""
    resource = home.applied()
    if aws is None or resource is None:
        return Found()
    pipeline = Pipeline(resource, home, aws)
    return find_service_levels(pipeline.session, pipeline.names, datetime.now(UTC))


def _print(home: Home, aws: LocalAws | None, status: Status, levels: Found) -> None:
    console = Console()
    console.print(f"pipeline [bold]{home.path.name}[/] in {home.path}")
    console.print(f"local AWS: {aws.endpoint if aws else '[yellow]not running[/] (`authpulse up` starts it)'}")
    if status.application:
        application = status.application
        console.print(f"application {application.name}: {application.status}, version {application.version_id}")
        if application.dashboard and aws:
            console.print(f"Flink: {application.dashboard}")
    for replay in status.replays:
        console.print(f"replay {replay.name}: {replay.state}, {replay.events:,} events, {replay.rejected:,} rejected")
    for line in levels.lines():
        console.print(line)
    if status.conditions:
        console.print(_conditions(status))
    else:
        STDERR.print("nothing was applied yet")


def _conditions(status: Status) -> Table:
    table = Table(header_style="bold")
    for column in ("condition", "status", "reason", "message"):
        table.add_column(column, overflow="fold")
    for condition in status.conditions:
        table.add_row(condition.type, MARKS[condition.status], condition.reason, escape(condition.message))
    return table
