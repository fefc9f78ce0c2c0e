"""Small logs with known content, for tests that count."""

from pathlib import Path


def write_lanl_auth(path: Path, *, events: int, prefix: str, accounts: int = 97, hosts: int = 37) -> Path:
    """`events` lines of the three-column format, a hundred a second; accounts are the log's own by their prefix."""
    with path.open("w") as log:
        for n in range(events):
            log.write(f"{1 + n // 100},{prefix}U{n % accounts},C{(n * 7) % hosts}\n")
    return path
