"""The bench's checks by hand, with pyarrow over PyIceberg's scan.

`python -m bench.peers.columns_by_hand ENDPOINT DATABASE`.
"""

import json
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from bench.quality_checks import AHEAD_MINUTES, CHECKS, name_of
from lakehouse import catalog
from lakehouse.tables import RAW
from support.local_aws import REGION


def scan(endpoint: str, database: str) -> pa.Table:
    """The whole table."""
    glue = catalog.glue(region=REGION, endpoint=endpoint, access_key="test", secret_key="test")
    return glue.load_table((database, RAW.name)).scan().to_arrow()


def unexpected(rows: pa.Table, check: Mapping[str, Any]) -> int:
    """What a check finds."""
    if check["check"] == "schema":
        return len(set(rows.column_names) ^ set(RAW.column_names))
    if check["check"] == "condition":
        return _true(pc.greater(rows["event_time"], pc.add(rows["ingestion_time"], timedelta(minutes=AHEAD_MINUTES))))
    column = rows[check["column"]]
    match check["check"]:
        case "not_null":
            return column.null_count
        case "unique":
            counts = column.value_counts().field("counts")
            return pc.sum(counts.filter(pc.greater(counts, 1))).as_py() or 0
        case "matches":
            return _true(pc.invert(pc.match_substring_regex(column, check["pattern"])))
        case "allowed":
            return _true(pc.invert(pc.is_in(column, pa.array(check["values"], column.type))))
        case _:
            least, most = (_bound(check.get(side)) for side in ("min", "max"))
            below = 0 if least is None else _true(pc.less(column, least))
            return below + (0 if most is None else _true(pc.greater(column, most)))


def _bound(value: Any) -> Any:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _true(flags: pa.ChunkedArray) -> int:
    return pc.sum(flags).as_py() or 0


if __name__ == "__main__":
    table = scan(sys.argv[1], sys.argv[2])
    found = [{"name": name_of(check), "unexpected": unexpected(table, check)} for check in CHECKS]
    sys.stdout.write(json.dumps({"checks": found}))
