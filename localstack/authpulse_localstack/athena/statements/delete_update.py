"""DELETE and UPDATE."""

from collections.abc import Sequence

from authpulse_localstack.athena.errors import QueryError
from authpulse_localstack.athena.sql import nodes
from authpulse_localstack.athena.sql.statements import Assignment, Delete, Update
from authpulse_localstack.athena.statements.outcome import Outcome, changed
from authpulse_localstack.athena.statements.session import Session
from authpulse_localstack.athena.statements.target import Changes, Target, committed
from authpulse_localstack.athena.translate.casts import coerce
from authpulse_localstack.athena.translate.coercion import can_coerce
from authpulse_localstack.athena.translate.context import Context
from authpulse_localstack.athena.translate.expressions import Expressions
from authpulse_localstack.athena.translate.relations import push
from authpulse_localstack.athena.translate.scope import Field


def delete(session: Session, statement: Delete) -> Outcome:
    changes = committed(session, lambda: _delete(session, statement))
    return changed("DELETE", changes.count, changes.paths)


def _delete(session: Session, statement: Delete) -> Changes:
    context = session.context()
    target = Target(session, context, statement.table)
    condition = _condition(statement.where, target, context)
    session.bind(context.scans)
    with Changes(target.table) as changes:
        for task in target.tasks():
            if statement.where is None and not task.delete_files:
                hits = task.file.record_count  # all of them: no need to look
                changes.removed.append(task.file)
            else:
                target.open(task)
                hits = _count(session, target, condition)
                if hits:
                    target.rewrite(changes, task, target.columns, f"({condition}) IS NOT TRUE")
            changes.count += hits
        target.close()
    return changes


def update(session: Session, statement: Update) -> Outcome:
    changes = committed(session, lambda: _update(session, statement))
    return changed("UPDATE", changes.count, changes.paths)


def _update(session: Session, statement: Update) -> Changes:
    context = session.context()
    target = Target(session, context, statement.table)
    condition = _condition(statement.where, target, context)
    values = assignments(statement.assignments, target.fields, Expressions(context, target.scope, {}))
    session.bind(context.scans)
    columns = ", ".join(
        f"CASE WHEN {condition} THEN {values[n]} ELSE {f.sql} END" if n in values else f.sql
        for n, f in enumerate(target.fields)
    )
    with Changes(target.table) as changes:
        for task in target.tasks():
            target.open(task)
            hits = _count(session, target, condition)
            if hits:
                target.rewrite(changes, task, columns, "true")
            changes.count += hits
        target.close()
    return changes


def _condition(where: nodes.Expression | None, target: Target, context: Context) -> str:
    if where is None:
        return "true"
    condition = Expressions(context, target.scope, {}).boolean(where, "WHERE clause")
    if condition.aggregate or condition.window:
        message = "WHERE clause cannot contain aggregations, window functions or grouping operations"
        raise QueryError("EXPRESSION_NOT_SCALAR", message, condition.at)
    push(condition.predicate, target.fields)
    return condition.sql


def _count(session: Session, target: Target, condition: str) -> int:
    return int(session.execute(f"SELECT count(*) FROM {target.source.sql} WHERE {condition}")[0][0])


def assignments(given: Sequence[Assignment], fields: Sequence[Field], expressions: Expressions) -> dict[int, str]:
    """New values by the place of their column, as the column's type."""
    values: dict[int, str] = {}
    for name, node in given:
        place = next((n for n, f in enumerate(fields) if f.is_called(name.key, ())), None)
        if place is None:
            message = f"The UPDATE SET target column {name.name} doesn't exist"
            raise QueryError("COLUMN_NOT_FOUND", message, name.at)
        if place in values:
            raise QueryError("SYNTAX_ERROR", f"Multiple assignments for column {name.name}", name.at)
        value = expressions.translate(node)
        if not can_coerce(value.type, fields[place].type):
            types = f"Table: [{fields[place].type}], Expressions: [{value.type}]"
            message = f"UPDATE table column types don't match SET expressions: {types}"
            raise QueryError("TYPE_MISMATCH", message, node.at)
        values[place] = coerce(value, fields[place].type).sql
    return values
