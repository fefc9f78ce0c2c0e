"""What a statement leaves: rows, lines of text, or a number of rows changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from authpulse_localstack.athena.results.columns import ROWS, ResultColumn
from authpulse_localstack.athena.types import Type

StatementType = Literal["DDL", "DML", "UTILITY"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`batches` are values of `types`, printed when they are written; `lines` is the whole of a .txt result.

    `manifest` are the data files that CTAS, INSERT and UNLOAD wrote; `location` where the result is if not where
    results are otherwise.
    """

    kind: StatementType
    substatement: str
    columns: tuple[ResultColumn, ...] = ()
    types: tuple[Type, ...] = ()
    batches: Iterator[pa.RecordBatch] | None = None
    lines: Sequence[str] | None = None
    update_count: int | None = None
    manifest: Sequence[str] | None = None
    location: str | None = None


def done(substatement: str) -> Outcome:
    """DDL: nothing to show."""
    return Outcome("DDL", substatement, lines=())


def changed(substatement: str, count: int, manifest: Sequence[str] | None = None) -> Outcome:
    """DML that changed so many rows."""
    return Outcome("DML", substatement, ROWS, update_count=count, manifest=manifest)


def text(substatement: str, columns: tuple[ResultColumn, ...], lines: Sequence[str]) -> Outcome:
    """SHOW, DESCRIBE, EXPLAIN."""
    return Outcome("UTILITY", substatement, columns, lines=lines)
