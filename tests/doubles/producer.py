"""A producer that sends nothing: the real one's options, files and exit codes, with progress that tests hold back.

It reads 100 lines, then waits for the file INPUT.go to be there; then 100 more, and the last 100 with its summary. The
input's text may be `broken`: then it ends with an error after its first 100 lines.
"""

import argparse
import json
import signal
import sys
import time
from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser()
    for name in (
        "config",
        "input",
        "format",
        "dataset",
        "checkpoint",
        "rejects",
        "summary",
        "rate",
        "speedup",
        "limit",
    ):
        parser.add_argument(f"--{name}")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    checkpoint, go = Path(options.checkpoint), Path(options.input + ".go")
    lines = json.loads(checkpoint.read_text())["lines"] if checkpoint.exists() else 0
    while lines < 300:
        lines += 100
        counts = {"lines": lines, "events": lines - 10, "rejected": 6, "ignored": 4}
        write(checkpoint, counts)
        if Path(options.input).read_text() == "broken":
            sys.stderr.write("error: it broke\n")
            return 1
        while not go.exists():
            time.sleep(0.02)
    write(Path(options.summary), counts)
    return 0


def write(path: Path, document: dict[str, int]) -> None:
    path.with_suffix(".new").write_text(json.dumps(document))
    path.with_suffix(".new").replace(path)


if __name__ == "__main__":
    sys.exit(main())
