"""data/sample: one small log in each format, small enough for the repository and busy enough for a demo.

The network is a hundredth of LANL's and slower, so that a log of 40,000 lines covers a working day and most of the
next: accounts have a history before the attacks of the second day. Some lines are damaged on purpose, because the
pipeline's answer to those, the quarantine, is worth seeing too.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from authpulse.errors import InputError
from authpulse.synthetic.files import write_text
from authpulse.synthetic.generating import Campaign, Generator, Made, Request, write_labels
from authpulse.synthetic.planting import Damage
from authpulse.synthetic.rhythm import HOUR

SEED: Final = 20250101
BEGIN: Final = 6 * HOUR  # on the first day
SCALE: Final = 0.0075


def _damage(lines: Iterable[str]) -> tuple[Damage, ...]:
    """Spread over the first day's office hours."""
    return tuple(Damage(BEGIN + 2 * HOUR + 47 * 60 * number, line) for number, line in enumerate(lines))


REQUESTS: Final = {
    "lanl-cyber1.csv.gz": Request(
        rows=40_000,
        seed=SEED,
        format="lanl-cyber1",
        start_second=BEGIN,
        scale=SCALE,
        rows_per_second=0.33,
        campaign=Campaign.SYNTHETIC,
        damage=_damage(
            (
                "31200,U1@DOM1,U1@DOM1,C1",
                "soon,U7@DOM1,U7@DOM1,C1250,C586,Kerberos,Network,LogOn,Success",
                "36840,?,?,C1250,C586,Kerberos,Network,LogOn,Success",
                "39660,U12@DOM1,U12@DOM1,C1250,C586,NTLM,Network,LogOn,Maybe",
                "42480,U12@DOM1,U12@DOM1,C1250,C586,NTLM,Network,Dance,Success",
            )
        ),
    ),
    "lanl-auth.csv.gz": Request(
        rows=15_000,
        seed=SEED,
        format="lanl-auth",
        start_second=BEGIN,
        scale=SCALE,
        rows_per_second=0.12,
        campaign=Campaign.SYNTHETIC,
        damage=_damage(("31200,U1", "-5,U1,C1", "36840,,C1")),
    ),
    "windows-security.jsonl.gz": Request(
        rows=12_000,
        seed=SEED,
        format="windows-security",
        start_second=BEGIN,
        scale=SCALE,
        rows_per_second=0.1,
        campaign=Campaign.SYNTHETIC,
        damage=_damage(
            (
                '{"EventTime":"2025-01-01 08:00:00","EventID":4624,"TargetUserName":"U1"',
                '{"EventTime":"yesterday","EventID":4624,"Hostname":"C586","TargetUserName":"U1","TargetDomainName":"DOM1"}',
                '{"EventTime":"2025-01-01 09:34:00","EventID":4624,"Hostname":"C586","TargetUserName":"-"}',
            )
        ),
    ),
}
POPULARITY_OF: Final = "lanl-cyber1.csv.gz"


def write_sample(folder: Path) -> None:
    """Writes the logs, their labels, host_popularity.csv and README.md. Raises InputError if that cannot be done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be made: {error.strerror}") from error
    made: dict[str, Made] = {}
    for name, request in REQUESTS.items():
        generator = Generator(request)
        made[name] = generator.write(folder / name)
        write_labels(folder / labels_of(name), made[name].labels)
        if name == POPULARITY_OF:
            generator.write_popularity(folder / "host_popularity.csv")
    write_text(folder / "README.md", _readme(made))


def labels_of(name: str) -> str:
    """The file that lists what is planted in a log of the sample."""
    return f"{name.partition('.')[0]}-attacks.csv"


def _readme(made: dict[str, Made]) -> str:
    return f"""# Sample logs

Written by `make generate` (`python -m authpulse.synthetic sample`); a test fails when they differ from what it writes.
The background is synthetic and the attacks are planted: docs/reference/synthetic-logs.md says how. All logs begin on
the first day at 06:00.

| log | lines | planted lines | listed in | damaged lines |
|---|---:|---:|---|---:|
{_logs(made)}

`host_popularity.csv` says how many accounts use each host of `{POPULARITY_OF}`; RARE_HOST reads it.

## Attacks

The rules are those that the attack as a whole is to make fire, in the nine-column log. LANL's three columns have no
source host, no failures and no protocol: what needs those is not in them.

| attack | rules | lines of {POPULARITY_OF} |
|---|---|---|
{_attacks(made[POPULARITY_OF])}

## Damaged lines

They are wrong on purpose, and end in the quarantine table with the reason.

| log | line | text |
|---|---:|---|
{_damaged(made)}
"""


def _logs(made: dict[str, Made]) -> str:
    return "\n".join(
        f"| `{name}` | {m.rows:,} | {len(m.labels)} | `{labels_of(name)}` | {len(m.damaged)} |"
        for name, m in made.items()
    )


def _attacks(made: Made) -> str:
    attacks = dict.fromkeys((p.attack, p.rules) for _, p in made.labels)
    return "\n".join(
        f"| {attack} | {', '.join(rules)} | {lines[0]:,} to {lines[-1]:,}, {len(lines)} of them |"
        for attack, rules in attacks
        if (lines := [number for number, p in made.labels if p.attack == attack])
    )


def _damaged(made: dict[str, Made]) -> str:
    return "\n".join(f"| `{name}` | {line:,} | `{text}` |" for name, m in made.items() for line, text in m.damaged)
