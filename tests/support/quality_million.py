"""A million raw events, of which a known number break rules: made in columns, because nobody has to score them.

Bad rows are spread over the table and over rules, and some break two of them: what counts is the record.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import pyarrow as pa
from pyiceberg.io.pyarrow import schema_to_pyarrow

from lakehouse.catalog import schema
from lakehouse.tables import RAW

ROWS: Final = 1_000_000
BAD: Final = 1_000
BEGIN: Final = datetime(2026, 3, 2)  # noqa: DTZ001 - as in the tables
DAY_US: Final = 86_400_000_000
BAD_HOST, BAD_OUTCOME, FAR_AHEAD, TWICE = "bad host", "bad outcome", "far ahead", "twice"
SHARES: Final = {BAD_HOST: 400, BAD_OUTCOME: 300, FAR_AHEAD: 200, TWICE: 200}
BOTH: Final = 100  # of the bad hosts have a bad outcome too


@dataclass(frozen=True, slots=True)
class Million:
    """The rows, and which of them (by position) break what. Their union has `bad` positions."""

    rows: pa.Table
    broken: dict[str, frozenset[int]]

    @property
    def bad(self) -> frozenset[int]:
        return frozenset().union(*self.broken.values())

    @property
    def newest(self) -> datetime:
        return BEGIN + timedelta(days=1)


def million(rows: int = ROWS, bad: int = BAD, *, first: int = 0) -> Million:
    """One day of events. `bad` is a multiple of 1,000, or 0; `first` numbers the events, so that more can follow."""
    number = np.arange(first, first + rows, dtype=np.int64)
    broken = _broken(rows, bad)
    event_us = np.datetime64(BEGIN, "us").astype(np.int64) + (number % ROWS) * (DAY_US // ROWS)
    ingestion_us = event_us + 1_500_000
    event_us[list(broken[FAR_AHEAD])] += 3_600_000_000
    hosts = _texts("C", number * 7_919 % 4_000 + 1, broken[BAD_HOST], "not a host")
    outcomes = _chosen(["Success", "Fail", "Maybe"], (number % 97 == 0).astype(np.int8), broken[BAD_OUTCOME], 2)
    ids = number.copy()
    twice = sorted(broken[TWICE])
    ids[twice[1::2]] = ids[twice[::2]]
    columns = {
        "event_id": pa.array([f"{n:032x}" for n in ids.tolist()]),
        "event_time": pa.array(event_us, pa.timestamp("us")),
        "user_id": _texts("U", number * 104_729 % 12_000 + 1, (), ""),
        "source_host": _texts("C", number * 31 % 4_000 + 1, (), ""),
        "computer_id": hosts,
        "auth_type": _chosen(["Kerberos", "NTLM", "Negotiate"], number % 3),
        "logon_type": _chosen(["Network", "Service", "Interactive"], number % 3),
        "orientation": _chosen(["LogOn", "LogOff", "TGT", "TGS"], number % 4),
        "outcome": outcomes,
        "source": pa.array([f"million.csv:{n}" for n in number.tolist()]),
        "ingestion_time": pa.array(ingestion_us, pa.timestamp("us")),
        "shard_id": _chosen(["shardId-000000000000", "shardId-000000000001"], number % 2),
        "sequence_number": pa.array([f"{n:056d}" for n in number.tolist()]),
        "record_index": pa.array((number % 100).astype(np.int32)),
    }
    declared = schema_to_pyarrow(schema(RAW), include_field_ids=False)
    return Million(pa.table(columns).select(declared.names).cast(declared), broken)


def _broken(rows: int, bad: int) -> dict[str, frozenset[int]]:
    if not bad:
        return dict.fromkeys(SHARES, frozenset())
    places = iter(np.random.default_rng(5).permutation(rows)[:bad].tolist())
    scale = bad // BAD
    taken = {
        what: [next(places) for _ in range(scale * (share - BOTH * (what == BAD_OUTCOME)))]
        for what, share in SHARES.items()
    }
    taken[BAD_OUTCOME] += taken[BAD_HOST][: scale * BOTH]
    return {what: frozenset(positions) for what, positions in taken.items()}


def _texts(prefix: str, numbers: np.ndarray, wrong: "frozenset[int] | tuple[()]", instead: str) -> pa.Array:
    """Names of few different entities, by their numbers."""
    most = int(numbers.max()) + 1
    numbers = numbers.copy()
    numbers[list(wrong)] = most
    return pa.array([*(f"{prefix}{n}" for n in range(most)), instead]).take(pa.array(numbers))


def _chosen(
    values: list[str], numbers: np.ndarray, wrong: "frozenset[int] | tuple[()]" = (), instead: int = 0
) -> pa.Array:
    numbers = numbers.copy()
    numbers[list(wrong)] = instead
    return pa.array(values).take(pa.array(numbers))
