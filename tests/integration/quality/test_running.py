"""A run over a real Athena where not everything can be asked: what it says, what it leaves, and what it ends with."""

import json
from pathlib import Path

import pytest

from lakehouse.tables import CURATED, QUARANTINE, RAW
from quality.report import Outcome
from support.local_aws import RunningAws
from support.quality_lake import Lake
from support.quality_million import million
from support.quality_runs import Site

SUITE = """
name: awkward
window: all
tables:
  - table: auth_events_raw
    checks:
      - {check: schema}
      - {check: matches, name: braces_colons_and_percents, column: source, pattern: "^(?:[a-z%:.]+):[0-9]{1,9}$"}
      - {check: condition, name: a_quote, holds: "user_id <> 'it''s :mine {0} %s'"}
      - {check: unique, columns: [shard_id, sequence_number, record_index]}
      - {check: volume, drop_below: 0.5, min_days: 7}
      - {check: condition, name: no_such_function, holds: "nosuch(user_id)"}
  - table: auth_events_curated
    checks:
      - {check: not_null, column: risk_score}
      - {check: schema}
"""


def without_score(lake: Lake) -> None:
    with lake.table(CURATED.name).update_schema() as change:
        change.delete_column("risk_score")


@pytest.mark.timeout(600)
def test_what_cannot_be_asked_is_no_pass_and_keeps_nothing_else_from_its_answer(
    local_aws: RunningAws, tmp_path: Path
) -> None:
    made = million(2000, 0)
    site = Site(Lake.make(local_aws, {RAW.name: made.rows}, prepare=without_score), tmp_path)
    suite = tmp_path / "awkward.yaml"
    suite.write_text(SUITE)
    report = site.check(suite, now=made.newest)

    outcomes = {c.name: c.outcome for c in report.checks}
    assert outcomes == {
        f"{RAW.name}.schema": Outcome.PASSED,
        f"{RAW.name}.braces_colons_and_percents": Outcome.PASSED,
        f"{RAW.name}.a_quote": Outcome.PASSED,
        f"{RAW.name}.unique_shard_id_sequence_number_record_index": Outcome.PASSED,
        f"{RAW.name}.volume_drop": Outcome.NO_BASELINE,
        f"{RAW.name}.no_such_function": Outcome.COULD_NOT_RUN,
        f"{CURATED.name}.not_null_risk_score": Outcome.COULD_NOT_RUN,
        f"{CURATED.name}.schema": Outcome.BREACH,
    }
    assert (report.outcome, report.exit_code) == (Outcome.COULD_NOT_RUN, 2)
    assert "FUNCTION_NOT_FOUND" in report.check(f"{RAW.name}.no_such_function").message
    assert "no column auth_events_curated.risk_score" in report.check(f"{CURATED.name}.not_null_risk_score").message
    assert report.check(f"{CURATED.name}.schema").unexpected == 1
    assert not site.lake.rows(QUARANTINE.name)

    kept = tmp_path / "reports" / "awkward" / f"{report.started:%Y%m%dT%H%M%SZ}"
    assert json.loads((kept / "report.json").read_text()) == report.document()
    assert (kept / "data_docs" / "index.html").is_file()
    assert site.object(f"dq_reports/awkward/{kept.name}/report.json") == report.document()
    listed = site.lake.aws.client("s3").list_objects_v2(
        Bucket=site.lake.names.bucket, Prefix=f"dq_reports/awkward/{kept.name}/data_docs/index.html"
    )
    assert listed["KeyCount"] == 1
