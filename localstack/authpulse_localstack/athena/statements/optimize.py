"""OPTIMIZE … REWRITE DATA USING BIN_PACK: many small files of a partition become few, and deletes are applied."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from pyiceberg.expressions import AlwaysTrue
from pyiceberg.table import FileScanTask

from authpulse_localstack.athena.errors import QueryError
from authpulse_localstack.athena.lake.writing import Written
from authpulse_localstack.athena.results.columns import ROWS
from authpulse_localstack.athena.sql.statements import Optimize
from authpulse_localstack.athena.statements.outcome import Outcome
from authpulse_localstack.athena.statements.session import Session
from authpulse_localstack.athena.statements.target import Changes, Target, committed
from authpulse_localstack.athena.translate.expressions import Expressions
from authpulse_localstack.athena.translate.predicates import columns_of, conjuncts
from authpulse_localstack.athena.translate.relations import push

TARGET_BYTES: Final = 512 << 20  # Athena's default of write_target_data_file_size_bytes
SMALL_SHARE: Final = 0.75  # a file below this share of the target is worth packing


def optimize(session: Session, statement: Optimize) -> Outcome:
    committed(session, lambda: _rewrite(session, statement))
    return Outcome("DML", "OPTIMIZE", ROWS, lines=())


def _rewrite(session: Session, statement: Optimize) -> Changes:
    context = session.context()
    target = Target(session, context, statement.table)
    if statement.where is not None:
        condition = Expressions(context, target.scope, {}).boolean(statement.where, "WHERE clause")
        _check_partitions(target, condition.predicate, statement)
        push(condition.predicate, target.fields)
    with Changes(target.table) as changes:
        changes.written = Written(target.table.table, chunk_bytes=TARGET_BYTES // 2)
        for group in _groups(target):
            session.check()
            schema = target.table.schema
            changes.written.write(target.table.batches(group, schema, AlwaysTrue()))
            changes.removed.extend(t.file for t in group)
    return changes


def _check_partitions(target: Target, predicate: object, statement: Optimize) -> None:
    """Whole files are rewritten, so a condition must be about partitions, as on AWS."""
    spec, schema = target.table.table.spec(), target.table.table.schema()
    known = {str(schema.find_column_name(f.source_id)).lower() for f in spec.fields}
    parts = conjuncts(predicate)  # type: ignore[arg-type] # a predicate or None
    if not parts or any(c.name not in known for part in parts for c in columns_of(part)):
        message = (
            "Unexpected FilterNode found in plan; probably connector was not able to handle provided WHERE expression"
        )
        raise QueryError("NOT_SUPPORTED", message, statement.where.at if statement.where else None)


def _groups(target: Target) -> list[Sequence[FileScanTask]]:
    """Files of one partition that are worth it: more than one small file, or any with deletes or of an old spec."""
    by_partition: dict[str, list[FileScanTask]] = defaultdict(list)
    current = target.table.table.spec().spec_id
    for task in target.tasks():
        old = task.file.spec_id != current
        if old or task.delete_files or task.file.file_size_in_bytes < TARGET_BYTES * SMALL_SHARE:
            by_partition[f"{task.file.spec_id} {task.file.partition!r}"].append(task)
    return [
        tasks
        for tasks in by_partition.values()
        if len(tasks) > 1 or tasks[0].delete_files or tasks[0].file.spec_id != current
    ]
