"""One run of the generator: a request in, a log and what was planted in it out."""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from authpulse.synthetic.campaign import plan_campaign
from authpulse.synthetic.files import open_output, write_text
from authpulse.synthetic.network import Network, make_network
from authpulse.synthetic.planting import Damage, DamagedLine, Label, Planted, blocks
from authpulse.synthetic.redteam import RedTeam, read_redteam
from authpulse.synthetic.shapes import SHAPES
from authpulse.synthetic.traffic import Traffic

LABEL_COLUMNS: Final = ("line", "time", "user", "source_host", "computer", "outcome", "attack", "rules")

type Progress = Callable[[int, int], None]
"""Called with the rows written so far and in all."""


class Campaign(StrEnum):
    """What is planted."""

    NONE = "none"
    SYNTHETIC = "synthetic"


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be generated. `scale` is of LANL's network; without `rows_per_second` the traffic scales with it."""

    rows: int
    seed: int = 0
    format: str = "lanl-cyber1"
    start_second: int = 1
    scale: float = 1.0
    rows_per_second: float | None = None
    campaign: Campaign = Campaign.NONE
    redteam: Path | None = None
    damage: tuple[Damage, ...] = ()


@dataclass(slots=True)
class Made:
    """What was generated."""

    rows: int = 0
    last_second: int = 0
    wanted: int = 0  # rows that were to be planted; those outside the log's time are not in it
    labels: list[Label] = field(default_factory=list)
    damaged: list[DamagedLine] = field(default_factory=list)


class Generator:
    """A request made ready. Raises InputError for a red-team file that cannot be used."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.shape = SHAPES[request.format]
        redteam = RedTeam((), (), ()) if request.redteam is None else read_redteam(request.redteam)
        self.network: Network = make_network(request.seed, request.scale, people=redteam.people, hosts=redteam.hosts)
        rate = request.rows_per_second or self.shape.mean_rows_per_second * request.scale
        self.traffic = Traffic(self.network, self.shape, seed=request.seed, rows_per_second=rate, scale=request.scale)
        self.planted: tuple[Planted, ...] = redteam.planted
        if request.campaign == Campaign.SYNTHETIC:
            start = request.start_second
            seconds = self.traffic.rhythm.seconds_for(request.rows, start)
            self.planted += tuple(plan_campaign(self.network, seed=request.seed, start=start, seconds=seconds))

    def write(self, output: Path, progress: Progress | None = None) -> Made:
        """Writes the log. Raises InputError if that cannot be done."""
        request, made = self.request, Made(wanted=len(self.planted))
        with open_output(output) as sink:
            for block in blocks(
                self.traffic,
                self.shape,
                rows=request.rows,
                start=request.start_second,
                seed=request.seed,
                planted=self.planted,
                damage=request.damage,
            ):
                sink.write(block.text.encode())
                made.rows += block.lines
                made.last_second = block.last_second
                made.labels += block.labels
                made.damaged += block.damaged
                if progress is not None:
                    progress(made.rows, request.rows)
        return made

    def write_popularity(self, path: Path) -> None:
        """The hosts with how many accounts use each, for the rule RARE_HOST."""
        write_text(path, _csv(("computer_id", "accounts"), self.network.accounts_by_host(self.shape.keeps).items()))


def write_labels(path: Path, labels: Iterable[Label]) -> None:
    """The planted rows with their lines. Rules are those that the attack as a whole is to make fire."""
    rows = (
        (
            number,
            p.second,
            p.logon.account,
            p.logon.source,
            p.logon.target,
            p.logon.outcome,
            p.attack,
            " ".join(p.rules),
        )
        for number, p in labels
    )
    write_text(path, _csv(LABEL_COLUMNS, rows))


def _csv(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()
