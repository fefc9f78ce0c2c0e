"""checkov over terraform/, with its configuration; fails for what it finds, and for files that it could not read.

By itself checkov ends well where it could not read a file, and so has not looked at it.
"""

import json
import subprocess
import sys
from typing import Any

from stages import ENVS, ROOT

FOLDER = ROOT / "terraform"


def audit() -> dict[str, Any]:
    """checkov's report."""
    command = [
        str(ENVS / "audit/bin/checkov"),
        "--directory",
        ".",
        "--config-file",
        ".checkov.yaml",
        "--output",
        "json",
    ]
    done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False)
    try:
        report = json.loads(done.stdout)
    except ValueError:
        sys.exit(f"checkov ended with {done.returncode} and no report:\n{done.stdout}{done.stderr}")
    return report[0] if isinstance(report, list) else report


def main() -> int:
    report = audit()
    found = {
        f"{c['file_path']}:{c['file_line_range'][0]}: {c['check_id']} {c['resource']}: {c['check_name']}"
        for c in report.get("results", {}).get("failed_checks", ())
    }
    sys.stdout.writelines(f"{line}\n" for line in sorted(found))
    summary = report.get("summary", {})
    unread, passed = summary.get("parsing_errors", 0), summary.get("passed", 0)
    print(f"{passed} checks passed, {len(found)} found something, {unread} files could not be read")
    return 1 if found or unread or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
