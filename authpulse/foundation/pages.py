"""The reference page of the foundation, written from the description: docs/reference/foundation.md."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from authpulse.foundation import metrics
from authpulse.foundation.alarms import ALARMS, UNHEALTHY, Alarm
from authpulse.foundation.documents import all_names
from authpulse.foundation.roles import roles
from authpulse.foundation.statements import Option
from authpulse.names import Names

EXAMPLE: Final = Names("dev", "111122223333", "eu-west-1")
KEY: Final = "the customer's key"

HEAD: Final = f"""# The foundation

Generated from `authpulse/foundation` by `make generate`; do not edit. Terraform, the operator (`foundation: Create`)
and `authpulse up` make what is described here; [terraform.md](../terraform.md) says how. Shown for the environment
`{EXAMPLE.environment}` in account {EXAMPLE.account}, {EXAMPLE.region}.
"""

OPTIONS: Final = {
    Option.CUSTOMER_KEY: "with a key of one's own (`customer_key`)",
    Option.VPC: "with the job in a VPC (`job_in_vpc`)",
    Option.CREATE: "with `foundation: Create` on AWS (`operator_lays_foundation`)",
}
COMPARISONS: Final = {"GreaterThanThreshold": ">", "GreaterThanOrEqualToThreshold": "≥"}


def foundation() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_names(), *_alarms(), *_metrics(), *_permissions()]) + "\n"


def _names() -> Iterator[str]:
    yield "## Names\n"
    yield from _table(
        ("what", "name"),
        ((f"`{what}`", f"`{name}`") for what, name in all_names(EXAMPLE).items() if isinstance(name, str)),
    )
    tags = ", ".join(f"`{k}: {v}`" for k, v in all_names(EXAMPLE)["tags"].items())
    yield f"Tags of everything that can carry tags: {tags}. Tables lie at `{EXAMPLE.warehouse}/TABLE`.\n"


def _alarms() -> Iterator[str]:
    yield "## Alarms\n"
    yield from _table(
        ("alarm", "means", "fires when", "a minute without data"),
        ((f"`{a.name(EXAMPLE)}`", a.meaning, _condition(a), f"{a.missing}: {a.because}") for a in ALARMS),
    )
    yield f"`{UNHEALTHY.name(EXAMPLE)}`: {UNHEALTHY.meaning[0].lower()}{UNHEALTHY.meaning[1:]}\n"
    topic = EXAMPLE.alarm_topic
    yield f"Each tells the topic `{topic}` when it fires and when it is over, and links to its part of the runbook.\n"
    yield "### What differs on a local AWS\n"
    yield "LocalStack evaluates no metric math: there these read a metric that only the local AWS publishes. Alarms are"
    yield "looked at every few seconds, and the window is as long as what has to be beyond the threshold, so that an"
    yield "alarm is over soon after its cause is.\n"
    yield from _table(
        ("alarm", "on AWS", "on a local AWS"),
        (
            (f"`{a.kind}`", _watched_on_aws(a), f"`{a.metric.name}`, {_minutes(a.breaching, a.breaching)}")
            for a in ALARMS
            if a.on_aws is not None or a.window != a.breaching
        ),
    )


def _metrics() -> Iterator[str]:
    yield "## Metrics\n"
    yield from _table(
        ("namespace", "metric", "dimension", "unit", "meaning"),
        ((f"`{m.namespace}`", f"`{m.name}`", f"`{m.of.value}`", m.unit, m.meaning) for m in metrics.ALL),
    )


def _permissions() -> Iterator[str]:
    yield "## Roles\n"
    yield "One for each part, with one policy, named after the part. [Permissions, proved by use](iam.md) has every"
    yield "statement with its reason.\n"
    yield from _table(
        ("role", "for", "taken by"),
        ((f"`{r.name(EXAMPLE)}`", r.what_for, r.service or "pods, by their service account") for r in roles(EXAMPLE)),
    )
    yield "Statements that are part of a policy only where they are asked for:\n"
    for option, when in OPTIONS.items():
        with_it = [
            f"{r.kind} ({', '.join(sids)})"
            for r in roles(EXAMPLE, key_arn=KEY)
            if (sids := [s.sid for s in r.statements if s.only_with is option])
        ]
        yield f"- {when}: {'; '.join(with_it)}"
    yield ""


def _condition(alarm: Alarm) -> str:
    return (
        f"{_watched_on_aws(alarm)} {COMPARISONS[alarm.comparison]} {_plain(alarm.threshold)}, "
        f"{_minutes(alarm.breaching, alarm.window)}"
    )


def _watched_on_aws(alarm: Alarm) -> str:
    if alarm.on_aws is None:
        return f"`{alarm.metric.name}`"
    inputs = ", ".join(f"`{i}`: `{m.name}`" for i, m in alarm.on_aws.inputs.items())
    return f"`{alarm.on_aws.formula}` ({inputs})"


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else str(number)


def _minutes(breaching: int, window: int) -> str:
    return f"{breaching} of {window} minutes" if window > 1 else "in a minute"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""
