"""SELECT."""

from authpulse_localstack.athena.results.columns import column
from authpulse_localstack.athena.results.printing import check_printable
from authpulse_localstack.athena.sql.nodes import Query
from authpulse_localstack.athena.sql.statements import SelectStatement
from authpulse_localstack.athena.statements.outcome import Outcome
from authpulse_localstack.athena.statements.session import Session
from authpulse_localstack.athena.translate.queries import Output


def names_of(columns: tuple[Output, ...]) -> list[str]:
    """What result columns are called: those without a name _col0, _col1, … by their place."""
    return [c.name if c.name is not None else f"_col{n}" for n, c in enumerate(columns)]


def select(session: Session, statement: SelectStatement) -> Outcome:
    return query(session, statement.query)


def query(session: Session, tree: Query) -> Outcome:
    translated, context = session.translate(tree)
    types = tuple(c.type for c in translated.columns)
    check_printable(types)
    session.bind(context.scans)
    batches = session.batches(session.stream(translated.sql))
    named = tuple(column(n, t) for n, t in zip(names_of(translated.columns), types, strict=True))
    return Outcome("DML", "SELECT", named, types, batches)
