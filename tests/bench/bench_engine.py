"""Events per second of the engine alone, beside plain Flink SQL that parses and that counts the same by OVER windows.

One JVM, parallelism 1, state on the heap, sinks that keep nothing. `decode alone` is the quarantine view: the source
decodes and validates every event and passes on none. SQL gets fewer events, because it is much slower.
"""

import json
import os
import subprocess
import tempfile
from itertools import islice
from pathlib import Path

from authpulse import formats
from authpulse.cli.places import ENGINE_JAR, ROOT, built, python_of
from authpulse.formats.lines import dataset_of, open_lines
from bench.logs import generated
from bench.results import Measurement, show
from flink_job import spool
from flink_job.bounded import Request, groups_of
from support.scoring import ARRIVAL_MS, built_in_rules

EVENTS, SQL_EVENTS = 2_000_000, 300_000
BASELINES = {"decode and score": "decode alone", "OVER windows in SQL": "decode and score"}


def measure(folder: Path) -> list[Measurement]:
    records, elements = folder / "records", folder / "elements"
    records.mkdir()
    elements.mkdir()
    log = generated(EVENTS)
    reader = formats.reader("lanl-cyber1", dataset_of(log))
    spool.write(open_lines(log), reader, records)
    with (elements / "events.jsonl").open("w") as file:
        for number, line in islice(open_lines(log), SQL_EVENTS):
            file.write(f"{reader.read(number, line).text}\n")
    request = Request(
        input=log, reader=reader, output=folder, rules=built_in_rules(), jar=ENGINE_JAR, arrival_ms=ARRIVAL_MS
    )
    driver = [str(python_of("flink")), str(Path(__file__).with_name("engine_driver.py"))]
    arguments = [str(elements), json.dumps(groups_of(request, records))]
    known = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"}
    known["HADOOP_CLASSPATH"] = str(built(ENGINE_JAR))  # the one way into the class path of PyFlink's JVM
    said = subprocess.run([*driver, *arguments], env=known, check=True, stdout=subprocess.PIPE, text=True).stdout
    found = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    return [
        Measurement(
            what=f["what"],
            events=SQL_EVENTS if "SQL" in f["what"] else EVENTS,
            seconds=f["seconds"],
            cpu_seconds=f["cpu_seconds"],
            baseline=BASELINES.get(f["what"]),
        )
        for f in found
    ]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        show("engine", measure(Path(temporary)))
