"""A nine-column log counted, beside the counts that are published of LANL's auth.txt.

The published ones are of its first million rows (hours 0 to 3 of a working day) unless they say otherwise, so the first
million rows of a log are what compares. docs/reference/synthetic-logs.md names the sources.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from authpulse.synthetic.rhythm import HOUR

_CUT_PACKAGE: Final = "MICROSOFT_AUTH"


@dataclass(frozen=True, slots=True)
class Figure:
    """One count: as published, as measured, and between which values the generator is held."""

    title: str
    published: str
    measured: float
    low: float
    high: float
    unit: str = ""

    @property
    def is_close(self) -> bool:
        return self.low <= self.measured <= self.high


@dataclass(slots=True)
class Census:
    """The counts of one log."""

    rows: int = 0
    seconds: Counter[str] = field(default_factory=Counter)
    orientations: Counter[str] = field(default_factory=Counter)
    auth_types: Counter[str] = field(default_factory=Counter)
    logon_types: Counter[str] = field(default_factory=Counter)
    failures: int = 0
    people_rows: int = 0
    people_failures: int = 0
    sources_accounts: Counter[str] = field(default_factory=Counter)
    target_accounts: set[str] = field(default_factory=set)
    source_hosts: set[str] = field(default_factory=set)
    target_hosts: Counter[str] = field(default_factory=Counter)
    hosts_of_people: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    attempts_by_source_hour: Counter[tuple[int, str]] = field(default_factory=Counter)
    accounts_by_source_hour: defaultdict[tuple[int, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    def count(self, line: str) -> None:
        """Counts a line; one that has not nine columns is left out."""
        columns = line.rstrip("\n").split(",")
        if len(columns) != 9:
            return
        second, by, account, source, target, auth_type, logon_type, orientation, outcome = columns
        self.rows += 1
        self.seconds[second] += 1
        self.orientations[orientation] += 1
        self.auth_types["MSV1_0" if auth_type.startswith(_CUT_PACKAGE) else auth_type] += 1
        self.logon_types[logon_type] += 1
        failed = outcome == "Fail"
        self.failures += failed
        self.sources_accounts[by] += 1
        self.target_accounts.add(account)
        self.source_hosts.add(source)
        self.target_hosts[target] += 1
        if by.startswith("U"):
            self.people_rows += 1
            self.people_failures += failed
            self.hosts_of_people[by].add(target)
        if orientation == "LogOn":
            key = (int(second) // HOUR, source)
            self.attempts_by_source_hour[key] += 1
            self.accounts_by_source_hour[key].add(account)

    def figures(self) -> list[Figure]:
        """What is published, in the order of the documentation's table."""
        top_accounts = self.sources_accounts.most_common(10)
        fan_out = [*sorted(map(len, self.hosts_of_people.values()), reverse=True), *(0,) * 7]
        accounts = [len(names) for names in self.accounts_by_source_hour.values()]
        shared = sum(count for count in self.seconds.values() if count > 1)
        return [
            Figure("rows per second, at night", "98", self.rows / self._span(), 93, 103),
            *(
                self._share(f"orientation {name}", published, self.orientations[name], within)
                for name, published, within in (
                    ("LogOn", 42.5, 1.5),
                    ("LogOff", 42.4, 1.5),
                    ("TGS", 9.7, 1.5),
                    ("TGT", 4.4, 0.8),
                    ("AuthMap", 1.0, 0.4),
                )
            ),
            *(
                self._share(f"protocol {name}", published, self.auth_types[name], within)
                for name, published, within in (("?", 57.5, 1.5), ("Kerberos", 35.5, 2.5), ("NTLM", 4.1, 1.2))
            ),
            self._share("protocol Negotiate", 2.8, self.auth_types["Negotiate"], 0.6),
            Figure("logon type Network", "81.5-82.8", self._percent(self.logon_types["Network"]), 80.5, 83.5, "%"),
            self._share("logon type ?", 15.1, self.logon_types["?"], 1.2),
            Figure("logon type Service", "1-2.2", self._percent(self.logon_types["Service"]), 1.0, 2.4, "%"),
            self._share("logon type Interactive", 0.5, self.logon_types["Interactive"], 0.2),
            Figure("logon type Batch", "0.4-0.5", self._percent(self.logon_types["Batch"]), 0.35, 0.55, "%"),
            Figure("failures", "0.68-0.74", self._percent(self.failures), 0.62, 0.80, "%"),
            Figure(
                "failures of people", "1.54", 100 * self.people_failures / max(1, self.people_rows), 1.35, 1.75, "%"
            ),
            Figure("source accounts", "7,052", len(self.sources_accounts), 6_300, 7_800),
            Figure("destination accounts", "8,822", len(self.target_accounts), 7_900, 9_700),
            Figure("source hosts", "4,085", len(self.source_hosts), 3_800, 4_400),
            Figure("destination hosts", "4,094", len(self.target_hosts), 3_800, 4_400),
            Figure("rows of the busiest account", "2.8", self._percent(top_accounts[0][1]), 2.4, 3.2, "%"),
            Figure(
                "rows to the busiest host", "13.4", self._percent(self.target_hosts.most_common(1)[0][1]), 12, 15, "%"
            ),
            Figure(
                "no people among the ten busiest", "7", sum(not name.startswith("U") for name, _ in top_accounts), 6, 8
            ),
            Figure("hosts of the account with most", "127", fan_out[0], 110, 145),
            Figure("hosts of the next one", "35", fan_out[1], 28, 42),
            Figure("hosts of the sixth after it", "24", fan_out[6], 20, 30),
            Figure(
                "attempts per source and hour, median (day 8)",
                "22",
                _quantile(self.attempts_by_source_hour.values(), 50),
                17,
                29,
            ),
            Figure("accounts per source and hour, median (day 8)", "2", _quantile(accounts, 50), 2, 2),
            Figure("accounts per source and hour, 90 % have at most (day 8)", "4", _quantile(accounts, 90), 3, 4),
            Figure("rows that share their second with others", "nearly all", 100 * shared / self.rows, 99, 100, "%"),
        ]

    def _span(self) -> int:
        times = [int(second) for second in self.seconds]
        return max(times) - min(times) + 1

    def _percent(self, count: int) -> float:
        return 100 * count / self.rows

    def _share(self, title: str, published: float, count: int, within: float) -> Figure:
        return Figure(title, f"{published}", self._percent(count), published - within, published + within, "%")


def take_census(lines: Iterable[str]) -> Census:
    """Counts a log."""
    census = Census()
    for line in lines:
        census.count(line)
    return census


def as_table(figures: Iterable[Figure]) -> str:
    """The figures as a table in Markdown."""
    rows = [
        f"| {f.title}{f', {f.unit}' if f.unit else ''} | {f.published} | {_number(f.measured, f.unit)} |"
        for f in figures
    ]
    return "\n".join(["| | published | generated |", "|---|---:|---:|", *rows])


def _number(value: float, unit: str) -> str:
    return f"{value:.2f}" if unit else f"{value:,.0f}"


def _quantile(values: Iterable[int], percent: int) -> int:
    ordered = sorted(values)
    return ordered[len(ordered) * percent // 100] if ordered else 0
