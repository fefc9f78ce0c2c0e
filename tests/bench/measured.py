"""`python -m bench.measured FILE COMMAND…`: runs a command and writes to FILE what it took, as JSON.

A process of its own, and a small one: Linux counts to a process's peak what its parent had in memory at the fork.
"""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    began = time.monotonic()
    code = subprocess.call(sys.argv[2:])
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = {
        "seconds": round(time.monotonic() - began, 1),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
        "peak_mib": round(used.ru_maxrss / 1024),
    }
    Path(sys.argv[1]).write_text(json.dumps(took))
    sys.exit(code)
