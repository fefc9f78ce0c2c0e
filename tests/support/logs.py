"""Small logs with known content, for tests that count."""

from pathlib import Path


def write_lanl_auth(
    path: Path, *, events: int, prefix: str, accounts: int = 97, hosts: int = 37, start: int = 1
) -> Path:
    """`events` lines of the three-column format from second `start` on, a hundred a second; accounts are the log's own
    by their prefix."""
    with path.open("w") as log:
        for n in range(events):
            log.write(f"{start + n // 100},{prefix}U{n % accounts},C{(n * 7) % hosts}\n")
    return path
