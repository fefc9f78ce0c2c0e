"""A plan for people, or the same as one JSON object."""

import json
import sys
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from authpulse.cli.plan import Planned
from authpulse_operator.api.changes import Change
from authpulse_operator.core import acts
from authpulse_operator.core.calls import calls_of
from authpulse_operator.core.comparing import Changed, changed_settings
from authpulse_operator.core.foretelling import Effect, End, Step

WIDTH_OF_FILES: Final = 160
STYLES: Final = {Change.RESTART: "yellow", Change.REDEPLOY: "red", Change.IN_PLACE: "cyan", Change.IGNORE: "dim"}


def print_plan(planned: Planned, *, as_json: bool) -> None:
    """To stdout."""
    if as_json:
        json.dump(document(planned), sys.stdout, indent=2)
        sys.stdout.write("\n")
        return
    console = Console(highlight=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = WIDTH_OF_FILES  # rich takes 80 columns where there are none
    console.print(f"plan for [bold]{escape(planned.resource.identity)}[/], {escape(planned.basis)}")
    if planned.changes:
        console.print(_fields(planned))
    if planned.forecast.steps:
        console.print(_steps(planned))
    for step in planned.forecast.steps:
        if changed := _settings(step):
            console.print(_changed_table(step, changed))
    console.print(f"job: {_job(planned)}")
    for warning in planned.warnings:
        console.print(f"[yellow]warning:[/] {escape(warning)}")
    console.print(_end(planned))


def document(planned: Planned) -> dict[str, Any]:
    """Everything, for machines."""
    forecast = planned.forecast
    return {
        "resource": planned.resource.identity,
        "basis": planned.basis,
        "changes": [_changed(c.changed) | {"change": c.change.name} for c in planned.changes],
        "steps": [
            {
                "act": type(step.act).__name__,
                "detail": step.act.detail,
                "reason": step.reason,
                "message": step.message,
                "calls": list(calls_of(step.act, in_cluster=planned.in_cluster)),
                "interruptsJob": step.interrupts,
                "restores": step.restored,
                "settings": [_changed(c) for c in _settings(step)],
            }
            for step in forecast.steps
        ],
        "job": {"effect": forecast.effect, "restores": forecast.restored},
        "warnings": list(planned.warnings),
        "end": {"state": forecast.end, "reason": forecast.reason, "message": forecast.message},
    }


def _settings(step: Step) -> tuple[Changed, ...]:
    if not isinstance(step.act, acts.UpdateApplication):
        return ()
    return changed_settings(step.act.application.settings, step.act.settings)


def _changed(changed: Changed) -> dict[str, Any]:
    return {"name": changed.name, "before": changed.before, "after": changed.after}


def _fields(planned: Planned) -> Table:
    table = _table("field", "from", "to", "what changing it means")
    for found in planned.changes:
        said, changed = found.change, found.changed
        meaning = f"[{STYLES[said]}]{escape(said.value)}[/]"
        table.add_row(escape(changed.name), _value(changed.before), _value(changed.after), meaning)
    return table


def _steps(planned: Planned) -> Table:
    table = _table("", "calls", "why", "the job")
    for number, step in enumerate(planned.forecast.steps, 1):
        calls = "\n".join(_counted(calls_of(step.act, in_cluster=planned.in_cluster)))
        table.add_row(str(number), escape(calls), escape(step.message), escape(_effect(step)))
    return table


def _counted(calls: tuple[str, ...]) -> list[str]:
    """Each once, with how often where that is more."""
    return [f"{c} ({calls.count(c)} times)" if calls.count(c) > 1 else c for c in dict.fromkeys(calls)]


def _effect(step: Step) -> str:
    if step.restored is not None:
        return f"{'restarts' if step.interrupts else 'starts'} from {step.restored}"
    return "stops" if step.interrupts else ""


def _changed_table(step: Step, changed: tuple[Changed, ...]) -> Table:
    table = _table(f"{type(step.act).__name__} changes", "from", "to")
    for one in changed:
        table.add_row(escape(one.name), _value(one.before), _value(one.after))
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _value(text: str | None) -> str:
    return "[dim]-[/]" if text is None else escape(text)


def _job(planned: Planned) -> str:
    effect, restored = planned.forecast.effect, planned.forecast.restored
    if effect in (Effect.RESTARTS, Effect.STARTS) and restored is not None:
        return f"[bold]{effect}[/] from {escape(restored)}"
    return f"[bold]{effect}[/]"


def _end(planned: Planned) -> str:
    forecast, steps = planned.forecast, len(planned.forecast.steps)
    match forecast.end:
        case End.SETTLED if not steps:
            return "nothing to do"
        case End.SETTLED:
            return f"{steps} {'step' if steps == 1 else 'steps'}, then nothing is left to do"
        case End.WAITING:
            return f"then it waits ({forecast.reason}): {escape(forecast.message)}"
        case End.STALLED:
            return f"[red]then it stalls[/] ({forecast.reason}): {escape(forecast.message)}"
        case End.ENDLESS:
            return f"[red]it would not come to an end[/]: {escape(forecast.message)}"
