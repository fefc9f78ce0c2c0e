"""VACUUM: old snapshots go, and with them the files that only they had."""

import time
from typing import Final

from pyiceberg.io import FileIO
from pyiceberg.table import Table
from pyiceberg.table.metadata import TableMetadata

from authpulse_localstack.athena.lake.writing import retry
from authpulse_localstack.athena.results.columns import ROWS
from authpulse_localstack.athena.sql.statements import Repair, Vacuum
from authpulse_localstack.athena.statements.insert import current
from authpulse_localstack.athena.statements.outcome import Outcome, done
from authpulse_localstack.athena.statements.properties import MAX_SNAPSHOT_AGE, MIN_SNAPSHOTS
from authpulse_localstack.athena.statements.session import Session
from authpulse_localstack.athena.translate.tables import resolve_name

DEFAULT_AGE_SECONDS: Final = 432_000  # five days, as on AWS
DEFAULT_SNAPSHOTS: Final = 1


def vacuum(session: Session, statement: Vacuum) -> Outcome:
    name = resolve_name(statement.table, session.database)
    session.tables.iceberg(name, statement.table[0].at)
    before = retry(lambda: _expire(current(session, name)), session.check)
    if before is not None:
        after = current(session, name)
        kept = reachable(after.metadata, after.io)
        for path in sorted(reachable(before, after.io) - kept):
            session.check()
            after.io.delete(path)
    return Outcome("DML", "VACUUM", ROWS, lines=())


def _expire(table: Table) -> TableMetadata | None:
    """The metadata before snapshots were taken out, or None if there was none to take."""
    expired = expired_snapshots(table, now_ms=round(time.time() * 1000))
    if not expired:
        return None
    before = table.metadata
    table.maintenance.expire_snapshots().by_ids(expired).commit()
    return before


def expired_snapshots(table: Table, *, now_ms: int) -> list[int]:
    """Snapshots older than the table keeps them; never those that a branch or tag points to, nor the youngest few."""
    age = int(table.properties.get(MAX_SNAPSHOT_AGE, DEFAULT_AGE_SECONDS))
    keep = int(table.properties.get(MIN_SNAPSHOTS, DEFAULT_SNAPSHOTS))
    youngest = sorted(table.metadata.snapshots, key=lambda s: s.timestamp_ms, reverse=True)[:keep]
    protected = {s.snapshot_id for s in youngest} | {r.snapshot_id for r in table.metadata.refs.values()}
    limit = now_ms - age * 1000
    return [
        s.snapshot_id for s in table.metadata.snapshots if s.timestamp_ms < limit and s.snapshot_id not in protected
    ]


def reachable(metadata: TableMetadata, io: FileIO) -> set[str]:
    """Manifest lists, manifests, data and delete files of all snapshots."""
    found: set[str] = set()
    manifests: dict[str, None] = {}
    for snapshot in metadata.snapshots:
        found.add(snapshot.manifest_list)
        for manifest in snapshot.manifests(io):
            if manifest.manifest_path not in manifests:
                manifests[manifest.manifest_path] = None
                entries = manifest.fetch_manifest_entry(io, discard_deleted=True)
                found.update(e.data_file.file_path for e in entries)
    return found | set(manifests)


def repair(session: Session, statement: Repair) -> Outcome:
    """MSCK REPAIR TABLE: nothing to do, because partitions of Hive tables are found by listing."""
    session.tables.entry(resolve_name(statement.table, session.database), statement.table[0].at)
    return done("MSCK_REPAIR")
