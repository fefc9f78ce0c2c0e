"""UNLOAD, and Parquet files outside Iceberg in general."""

import uuid
from collections.abc import Iterable
from typing import IO, Final

import pyarrow as pa
import pyarrow.parquet as pq

from authpulse_localstack.athena.errors import QueryError, not_supported
from authpulse_localstack.athena.lake.connection import Lake, split_s3
from authpulse_localstack.athena.results.columns import ROWS
from authpulse_localstack.athena.sql.statements import Unload
from authpulse_localstack.athena.statements.outcome import Outcome
from authpulse_localstack.athena.statements.select import names_of
from authpulse_localstack.athena.statements.session import Session
from authpulse_localstack.athena.types import quote_name

ROWS_PER_FILE: Final = 5_000_000
_CODECS: Final = {"GZIP": "gzip", "SNAPPY": "snappy", "ZSTD": "zstd", "LZ4": "lz4", "NONE": "none"}
_KNOWN: Final = frozenset({"format", "compression", "compression_level", "field_delimiter", "partitioned_by"})


def unload(session: Session, statement: Unload) -> Outcome:
    properties = dict(statement.properties)
    unknown = sorted(set(properties) - _KNOWN)
    if unknown:
        raise QueryError("INVALID_PROPERTY", f"UNLOAD property '{unknown[0]}' does not exist", statement.at)
    if "format" not in properties:
        raise QueryError("INVALID_PROPERTY", "UNLOAD property 'format' is required", statement.at)
    if str(properties["format"]).upper() != "PARQUET":
        raise not_supported(f"UNLOAD with format = '{properties['format']}'", statement.at)
    if properties.get("partitioned_by"):
        raise not_supported("UNLOAD with partitioned_by", statement.at)
    _check_empty(session, statement)
    translated, context = session.translate(statement.query)
    session.bind(context.scans)
    names = names_of(translated.columns)
    columns = ", ".join(f"c{n} AS {quote_name(name)}" for n, name in enumerate(names, start=1))
    codec = str(properties.get("compression", "GZIP"))
    files = ParquetFiles(session.lake, statement.location.rstrip("/") + "/", codec=codec)
    files.write(session.batches(session.stream(f"SELECT {columns} FROM ({translated.sql})")))
    return Outcome("DML", "UNLOAD", ROWS, update_count=files.rows, manifest=files.paths)


def _check_empty(session: Session, statement: Unload) -> None:
    """Athena unloads into an empty place only."""
    try:
        bucket, key = split_s3(statement.location)
    except ValueError as error:
        raise QueryError("INVALID_PROPERTY", str(error), statement.at) from None
    found = session.lake.s3.list_objects_v2(Bucket=bucket, Prefix=key.rstrip("/") + "/", MaxKeys=1)
    if found.get("KeyCount"):
        message = f"HIVE_PATH_ALREADY_EXISTS: Target directory for table already exists: {statement.location}"
        raise QueryError(None, message)


class ParquetFiles:
    """Writes batches into Parquet files under a prefix; at most a batch is in memory."""

    def __init__(self, lake: Lake, prefix: str, *, codec: str) -> None:
        known = _CODECS.get(codec.upper())
        if known is None:
            raise QueryError("INVALID_TABLE_PROPERTY", f"Unsupported compression: {codec}")
        self.paths: list[str] = []
        self.rows = 0
        self._lake = lake
        self._prefix = prefix
        self._codec = known

    def write(self, batches: Iterable[pa.RecordBatch]) -> None:
        writer: pq.ParquetWriter | None = None
        stream: IO[bytes] | None = None
        in_file = 0
        try:
            for batch in batches:
                if writer is None:
                    stream = self._create()
                    writer = pq.ParquetWriter(stream, batch.schema, compression=self._codec)
                    in_file = 0
                writer.write_batch(batch)
                self.rows += batch.num_rows
                in_file += batch.num_rows
                if in_file >= ROWS_PER_FILE and stream is not None:
                    writer.close()
                    stream.close()
                    writer = None
        finally:
            if writer is not None and stream is not None:
                writer.close()
                stream.close()

    def _create(self) -> IO[bytes]:
        path = f"{self._prefix}{uuid.uuid4()}.parquet"
        self.paths.append(path)
        stream: IO[bytes] = self._lake.io.new_output(path).create(overwrite=True)  # type: ignore[assignment] # a file all the same
        return stream
