"""The operator's log: one JSON object a line, and nothing that a library hangs on it."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from authpulse_operator.runtime import logs

SECRET = "wJalrXUtnFEMI"


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    root, ours = logging.getLogger(), logging.getLogger(logs.LOGGER)
    before = root.handlers[:], root.level, ours.level
    stream = io.StringIO()
    logs.configure(level="INFO", form="json", stream=stream)
    yield stream
    root.handlers[:], root.level, ours.level = before


def lines(out: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_says_what_it_speaks_of(out: io.StringIO) -> None:
    fields = logs.about(resource="dev", namespace="security", generation=3, reason="Creating", act=None)
    logging.getLogger("authpulse.pass").info("creating %s", "it", extra=fields)
    (line,) = lines(out)
    assert line.pop("time")
    assert line == {
        "level": "INFO",
        "logger": "authpulse.pass",
        "message": "creating it",
        "resource": "dev",
        "namespace": "security",
        "generation": 3,
        "reason": "Creating",
    }


def test_an_error_brings_its_traceback(out: io.StringIO) -> None:
    try:
        int("no")
    except ValueError:
        logging.getLogger("authpulse.loop").exception("failed")
    assert "ValueError: invalid literal" in str(lines(out)[0]["traceback"])


def test_what_libraries_say_of_requests_is_not_written(out: io.StringIO) -> None:
    logs.configure(level="DEBUG", form="json", stream=out)
    logging.getLogger("botocore.auth").debug("signing with %s", SECRET)
    logging.getLogger("kopf.objects").warning("patched", extra={"headers": {"Authorization": SECRET}})
    assert SECRET not in out.getvalue()
    assert [line["message"] for line in lines(out)] == ["patched"]


def test_people_get_lines(out: io.StringIO) -> None:
    logs.configure(level="INFO", form="text", stream=out)
    logging.getLogger("authpulse.pass").info("creating", extra=logs.about(resource="dev"))
    assert out.getvalue().endswith("INFO    creating  resource=dev\n")
