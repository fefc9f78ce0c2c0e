"""Events per second of the whole path: log, producer, Kinesis, Flink, four Iceberg tables, all on this machine.

The clock runs from the arrival of the first record in Kinesis to the commit after which every row can be queried.
"""

import tempfile
from pathlib import Path

from bench.logs import generated
from bench.results import Measurement, show
from support.pipeline import pipeline

WARM_UP, ROWS = 500_000, 2_000_000
CLOCK = (
    'SELECT (SELECT to_unixtime(max(committed_at)) FROM "auth_events_curated$snapshots") - '
    "(SELECT to_unixtime(min(ingestion_time)) FROM auth_events_curated WHERE source LIKE 'measured:%') AS seconds"
)


def measure(folder: Path) -> Measurement:
    warm_up, log = generated(WARM_UP), generated(ROWS)
    replays = [{"name": "warm-up", "input": str(warm_up), "format": "lanl-cyber1"}]
    flink = {"checkpointing": {"intervalSeconds": 10, "minPauseSeconds": 1}}
    with pipeline(folder, flink=flink, replays=replays, minutes=15) as run:
        run.up()
        replays.append({"name": "measured", "input": str(log), "format": "lanl-cyber1"})
        books = run.up()["input"]
        seconds = float(run.query(CLOCK)[0]["seconds"])
        return Measurement("whole path, parallelism 2", books["events"] - WARM_UP, seconds)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        show("whole path", [measure(Path(temporary))])
