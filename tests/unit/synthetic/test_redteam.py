"""LANL's labelled logons are placed at their seconds, and their accounts work elsewhere too."""

import csv
import os
from collections import Counter
from pathlib import Path

import pytest

from authpulse.errors import InputError
from authpulse.synthetic.generating import Generator, Request, write_labels
from authpulse.synthetic.redteam import read_redteam

SOME = "150,U620@DOM1,C17693,C1003\n300,U748@DOM1,C17693,C305\n300,U748@DOM1,C17693,C305\n400,U9@C77,C22409,C586\n"


def test_labels_become_ntlm_network_logons_and_duplicates_stay(tmp_path: Path) -> None:
    (tmp_path / "redteam.txt").write_text(SOME)
    Generator(Request(rows=3_000, scale=0.004, redteam=tmp_path / "redteam.txt")).write(tmp_path / "log")
    lines = Counter((tmp_path / "log").read_text().splitlines())
    assert lines["150,U620@DOM1,U620@DOM1,C17693,C1003,NTLM,Network,LogOn,Success"] == 1
    assert lines["300,U748@DOM1,U748@DOM1,C17693,C305,NTLM,Network,LogOn,Success"] == 2
    assert lines["400,U9@C77,U9@C77,C22409,C586,NTLM,Network,LogOn,Success"] == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            "150,U620@DOM1,C17693\n", "redteam.txt:1: '150,U620@DOM1,C17693' is no label", id="a column short"
        ),
        pytest.param(
            SOME + "x,U1@DOM1,C1,C2\n", "redteam.txt:5: 'x,U1@DOM1,C1,C2' is no label", id="time is no number"
        ),
        pytest.param("150,U620,C17693,C1003\n", "a line is time,user@domain,", id="account without domain"),
        pytest.param("\n\n", "has no labels", id="no line at all"),
    ],
)
def test_a_file_that_is_not_the_red_teams_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "redteam.txt").write_text(text)
    with pytest.raises(InputError, match=said.replace(".", r"\.")):
        read_redteam(tmp_path / "redteam.txt")


@pytest.mark.real_data
def test_lanls_red_team_is_in_a_month_of_log(tmp_path: Path) -> None:
    redteam = Path(os.environ["AUTHPULSE_REAL_DATA"]) / "lanl_redteam.txt"
    generator = Generator(Request(rows=560_000, scale=0.01, rows_per_second=0.2, redteam=redteam))
    made = generator.write(tmp_path / "log")
    assert made.wanted == len(made.labels) == 749
    write_labels(tmp_path / "labels", made.labels)

    log = (tmp_path / "log").read_text().splitlines()
    with (tmp_path / "labels").open() as file:
        labels = {int(row["line"]): row for row in csv.DictReader(file)}
    placed = []
    for number in labels:
        second, by, _, source, target, *how = log[number - 1].split(",")
        assert how == ["NTLM", "Network", "LogOn", "Success"]
        placed.append(f"{second},{by},{source},{target}")
    assert Counter(placed) == Counter(redteam.read_text().split())

    working = {line.split(",")[1] for number, line in enumerate(log, 1) if number not in labels}
    assert {row["user"] for row in labels.values()} <= working
    times = [int(line.split(",", 1)[0]) for line in log]
    assert times == sorted(times)
