"""The bench's checks by Great Expectations on pandas, over a scan of PyIceberg's: the same library without Athena.

`python -m bench.peers.expectations_on_pandas ENDPOINT DATABASE`.
"""

import contextlib
import json
import os
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bench.peers.columns_by_hand import scan
from bench.quality_checks import AHEAD_MINUTES, CHECKS, name_of
from lakehouse.tables import RAW

os.environ["GX_ANALYTICS_ENABLED"] = "false"  # before the import

import great_expectations as gx
from great_expectations import expectations as gxe

CONDITION = "holds"


def expectation(check: Mapping[str, Any]) -> Any:
    column, meta = check.get("column"), {"name": name_of(check)}
    match check["check"]:
        case "schema":
            return gxe.ExpectTableColumnsToMatchSet(column_set=[*RAW.column_names, CONDITION], meta=meta)
        case "not_null":
            return gxe.ExpectColumnValuesToNotBeNull(column=column, meta=meta)
        case "unique":
            return gxe.ExpectColumnValuesToBeUnique(column=column, meta=meta)
        case "matches":
            return gxe.ExpectColumnValuesToMatchRegex(column=column, regex=check["pattern"], meta=meta)
        case "allowed":
            return gxe.ExpectColumnValuesToBeInSet(column=column, value_set=check["values"], meta=meta)
        case "condition":
            return gxe.ExpectColumnValuesToBeInSet(column=CONDITION, value_set=[True], meta=meta)
        case _:
            least, most = (_bound(check.get(side)) for side in ("min", "max"))
            return gxe.ExpectColumnValuesToBeBetween(column=column, min_value=least, max_value=most, meta=meta)


def _bound(value: Any) -> Any:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def main(endpoint: str, database: str) -> dict[str, Any]:
    frame = scan(endpoint, database).to_pandas()
    frame[CONDITION] = frame["event_time"] <= frame["ingestion_time"] + timedelta(minutes=AHEAD_MINUTES)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset("raw")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    suite = gx.ExpectationSuite(name="bench", expectations=[expectation(c) for c in CHECKS])
    results = batch.validate(suite, result_format="SUMMARY").results
    found = [
        {"name": r.expectation_config.meta["name"], "unexpected": r.result.get("unexpected_count", 1 - r.success)}
        for r in results
    ]
    return {"checks": found}


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):
        answer = main(sys.argv[1], sys.argv[2])
    sys.stdout.write(json.dumps(answer))
