"""FOR TIMESTAMP AS OF and FOR VERSION AS OF: which version of a table is meant."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from authpulse_localstack.athena.errors import QueryError, not_supported
from authpulse_localstack.athena.sql import nodes
from authpulse_localstack.athena.translate import literals, moments
from authpulse_localstack.athena.translate.expressions import Expressions
from authpulse_localstack.athena.translate.tables import Version
from authpulse_localstack.athena.types import INTERVAL_DAY, ZonedTimestamp


def version_of(travel: nodes.TimeTravel, expressions: Expressions) -> Version:
    """Constants only: a literal, the current time, or one of these with an interval added or taken away."""
    if travel.kind == "VERSION":
        return Version(snapshot_id=_snapshot(travel.value, expressions))
    return Version(instant_us=_microseconds(_instant(travel.value, expressions)))


def _snapshot(node: nodes.Expression, expressions: Expressions) -> int:
    if isinstance(node, nodes.Parameter):
        node = expressions.context.parameter(node.index, node.at)
    if isinstance(node, nodes.NumberLiteral) and node.kind == "integer":
        return int(node.text)
    typed = expressions.translate(node)
    if typed.text is not None:
        raise not_supported("FOR VERSION AS OF the name of a branch or tag", node.at)
    raise QueryError("TYPE_MISMATCH", f"Type {typed.type} is not supported for FOR VERSION AS OF", node.at)


def _instant(node: nodes.Expression, expressions: Expressions) -> datetime:
    match node:
        case nodes.Parameter():
            return _instant(expressions.context.parameter(node.index, node.at), expressions)
        case nodes.TypedLiteral(type=nodes.TypeName(name="timestamp")):
            return _of_literal(node.value, node)
        case nodes.TypedLiteral(type=nodes.TypeName(name="date")):
            day = date.fromisoformat(node.value.strip())
            return datetime(day.year, day.month, day.day, tzinfo=UTC)
        case nodes.CurrentMoment(name="CURRENT_TIMESTAMP") | nodes.Call(name="now"):
            return expressions.context.now
        case nodes.Cast(operand=nodes.StringLiteral(value=text)):
            return _of_literal(text, node)
        case nodes.Arithmetic(operator="+" | "-", right=nodes.IntervalLiteral()):
            return _shifted(node, expressions)
        case _:
            raise not_supported("FOR TIMESTAMP AS OF an expression that is not a constant", node.at)


def _shifted(node: nodes.Arithmetic, expressions: Expressions) -> datetime:
    if not isinstance(node.right, nodes.IntervalLiteral):
        raise TypeError(node.right)
    interval = literals.translate(node.right)
    if interval.type != INTERVAL_DAY:
        raise not_supported("FOR TIMESTAMP AS OF with an interval of months", node.at)
    amount = timedelta(milliseconds=literals.span(node.right))
    return _instant(node.left, expressions) + (amount if node.operator == "+" else -amount)


def _of_literal(text: str, node: nodes.Node) -> datetime:
    _, type_ = moments.literal(text, node.at)
    zone = type_.zone if isinstance(type_, ZonedTimestamp) else None
    wall = datetime.fromisoformat(moments.wall_of(text))
    offset = moments.offset_minutes(zone) if zone else None
    if offset is not None:
        return (wall - timedelta(minutes=offset)).replace(tzinfo=UTC)
    return wall.replace(tzinfo=ZoneInfo(zone) if zone and zone != "UTC" else UTC)


def _microseconds(instant: datetime) -> int:
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
