"""MERGE INTO: the source is kept in a temporary table, the target is gone through file by file."""

from collections.abc import Sequence
from dataclasses import replace

from authpulse_localstack.athena.errors import QueryError
from authpulse_localstack.athena.sql.statements import Merge, MergeCase
from authpulse_localstack.athena.statements.delete_update import assignments
from authpulse_localstack.athena.statements.outcome import Outcome, changed
from authpulse_localstack.athena.statements.session import Session
from authpulse_localstack.athena.statements.target import Changes, Target, committed
from authpulse_localstack.athena.translate.casts import coerce
from authpulse_localstack.athena.translate.coercion import can_coerce
from authpulse_localstack.athena.translate.context import Context
from authpulse_localstack.athena.translate.expressions import Expressions
from authpulse_localstack.athena.translate.relations import Relations, push
from authpulse_localstack.athena.translate.scope import Field, Scope
from authpulse_localstack.athena.translate.typed import cast_to

SOURCE, PAIRS, MATCHED = "merge_source", "merge_pairs", "merge_matched"


def merge(session: Session, statement: Merge) -> Outcome:
    changes = committed(session, lambda: _merge(session, statement))
    return changed("MERGE", changes.count, changes.paths)


def _merge(session: Session, statement: Merge) -> Changes:
    context = session.context()
    target = Target(session, context, statement.table, statement.alias)
    source_sql, fields = _source(statement, context)
    both = Expressions(context, Scope((*target.fields, *fields)), {})
    condition = both.boolean(statement.condition, "MERGE condition")
    push(condition.predicate, target.fields)
    matched = _Matched(statement, target, both)
    inserts = _Inserts(statement, target, Expressions(context, Scope(fields), {}))
    session.bind(context.scans)
    session.execute(f"CREATE TEMP TABLE {SOURCE} AS SELECT row_number() OVER () AS id, * FROM ({source_sql})")
    session.execute(f"CREATE TEMP TABLE {MATCHED} (id BIGINT)")
    with Changes(target.table) as changes:
        for task in target.tasks():
            target.open(task, numbered=True)
            _pair(session, target, condition.sql, matched)
            hits = _checked_hits(session)
            if hits:
                joined = f"{target.source.sql} LEFT JOIN (SELECT * FROM {PAIRS} WHERE action IS NOT NULL) AS p "
                joined += f'ON p."row" = {_row(target)} LEFT JOIN {SOURCE} AS s ON s.id = p.id'
                target.rewrite(changes, task, matched.columns, f"NOT ({matched.is_deleted})", joined)
            changes.count += hits
        target.close()
        before = changes.written.rows
        changes.written.write(session.batches(session.stream(inserts.sql)))
        changes.count += changes.written.rows - before
    return changes


def _source(statement: Merge, context: Context) -> tuple[str, tuple[Field, ...]]:
    """The source as a query of c1, c2, …, and its fields as columns of the temporary table."""
    relation = Relations(context, {}, None).translate(statement.source)
    for field in relation.fields:
        if field.column is not None:
            field.column.scan.columns.add(field.column.name)
    columns = ", ".join(f"{f.sql} AS c{n}" for n, f in enumerate(relation.fields, start=1))
    fields = tuple(replace(f, sql=f"s.c{n}", column=None) for n, f in enumerate(relation.fields, start=1))
    return f"SELECT {columns} FROM {relation.sql}", fields


def _row(target: Target) -> str:
    alias = target.fields[0].sql.partition(".")[0]
    return f'{alias}."__row"'


def _pair(session: Session, target: Target, condition: str, matched: "_Matched") -> None:
    """Which rows of the file meet which of the source, and what is done with them."""
    session.execute(f"DROP TABLE IF EXISTS {PAIRS}")
    session.execute(
        f'CREATE TEMP TABLE {PAIRS} AS SELECT {_row(target)} AS "row", s.id AS id, {matched.action} AS action '
        f"FROM {target.source.sql} JOIN {SOURCE} AS s ON {condition}"
    )
    session.execute(f"INSERT INTO {MATCHED} SELECT DISTINCT id FROM {PAIRS}")


def _checked_hits(session: Session) -> int:
    """How many rows are changed. One row must not be changed twice."""
    rows, hits = session.execute(f'SELECT count(DISTINCT "row"), count(*) FROM {PAIRS} WHERE action IS NOT NULL')[0]
    if rows != hits:
        message = "One MERGE target table row matched more than one source row"
        raise QueryError("MERGE_TARGET_ROW_MULTIPLE_MATCHES", message)
    return int(hits)


class _Matched:
    """WHEN MATCHED: `action` numbers the first clause that applies, `columns` are the rows as they become."""

    def __init__(self, statement: Merge, target: Target, expressions: Expressions) -> None:
        cases = [c for c in statement.cases if c.matched]
        self.action = _first(cases, expressions)
        deletes = [str(n) for n, c in enumerate(cases) if c.action == "DELETE"]
        self.is_deleted = f"coalesce(p.action IN ({', '.join(deletes)}), false)" if deletes else "false"
        values = [assignments(c.assignments, target.fields, expressions) for c in cases]
        columns = []
        for place, field in enumerate(target.fields):
            branches = " ".join(
                f"WHEN p.action = {n} THEN {new[place]}" for n, new in enumerate(values) if place in new
            )
            columns.append(f"CASE {branches} ELSE {field.sql} END" if branches else field.sql)
        self.columns = ", ".join(columns)


class _Inserts:
    """WHEN NOT MATCHED: rows of the source that met no row of any file."""

    def __init__(self, statement: Merge, target: Target, expressions: Expressions) -> None:
        cases = [c for c in statement.cases if not c.matched]
        action = _first(cases, expressions)
        rows = [_inserted(c, target.fields, expressions) for c in cases]
        columns = []
        for place, field in enumerate(target.fields):
            branches = " ".join(f"WHEN action = {n} THEN {row[place]}" for n, row in enumerate(rows) if place in row)
            columns.append(f"CASE {branches} END" if branches else cast_to("NULL", field.type))
        unmatched = f"SELECT *, {action} AS action FROM {SOURCE} AS s WHERE id NOT IN (SELECT id FROM {MATCHED})"
        self.sql = f"SELECT {', '.join(columns)} FROM ({unmatched}) AS s WHERE action IS NOT NULL"


def _first(cases: Sequence[MergeCase], expressions: Expressions) -> str:
    """The number of the first clause whose condition holds, or NULL."""
    branches = []
    for n, case in enumerate(cases):
        condition = expressions.boolean(case.condition, "MERGE clause").sql if case.condition is not None else "true"
        branches.append(f"WHEN {condition} THEN {n}")
    return f"CASE {' '.join(branches)} END" if branches else "CAST(NULL AS INTEGER)"


def _inserted(case: MergeCase, fields: Sequence[Field], expressions: Expressions) -> dict[int, str]:
    names = [c.key for c in case.columns] or [f.name or "" for f in fields]
    if len(names) != len(case.values):
        message = f"Insert column list and values have different sizes: {len(names)}, {len(case.values)}"
        raise QueryError("TYPE_MISMATCH", message, case.at)
    row: dict[int, str] = {}
    for name, node in zip(names, case.values, strict=True):
        place = next((n for n, f in enumerate(fields) if f.is_called(name.lower(), ())), None)
        if place is None:
            raise QueryError(
                "COLUMN_NOT_FOUND", f"Merge insert column name does not exist in target table: {name}", case.at
            )
        value = expressions.translate(node)
        if not can_coerce(value.type, fields[place].type):
            types = f"Table: [{fields[place].type}], Expressions: [{value.type}]"
            message = f"MERGE table column types don't match for MERGE case, SET expressions: {types}"
            raise QueryError("TYPE_MISMATCH", message, node.at)
        row[place] = coerce(value, fields[place].type).sql
    return row
