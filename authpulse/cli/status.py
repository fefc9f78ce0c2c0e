"""`authpulse status`: conditions, application, replays."""

import json
import sys
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from authpulse.cli.ending import STDERR
from authpulse.cli.pipeline import home_of, local_aws_of
from authpulse_operator.adapters.local.status_file import StatusFile
from authpulse_operator.api.status import ConditionType, Status

MARKS = {"True": "[green]True[/]", "False": "[yellow]False[/]", "Unknown": "[dim]Unknown[/]"}


def show_status(environment: str | None, *, as_json: bool) -> int:
    """Prints how the pipeline stands. 0 if it is ready, 1 if not."""
    home = home_of(environment)
    status, aws = StatusFile(home.status).read(), local_aws_of(home).find()
    ready = aws is not None and status.is_true(ConditionType.READY)
    if as_json:
        document = status.model_dump(by_alias=True, mode="json") | {"localAws": asdict(aws) if aws else None}
        json.dump(document, sys.stdout, indent=2)
        sys.stdout.write("\n")
        return 0 if ready else 1
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
    if status.conditions:
        console.print(_conditions(status))
    else:
        STDERR.print("nothing was applied yet")
    return 0 if ready else 1


def _conditions(status: Status) -> Table:
    table = Table(header_style="bold")
    for column in ("condition", "status", "reason", "message"):
        table.add_column(column, overflow="fold")
    for condition in status.conditions:
        table.add_row(condition.type, MARKS[condition.status], condition.reason, condition.message)
    return table
