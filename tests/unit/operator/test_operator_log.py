"""The operator's log: one JSON object a line, and nothing that a library hangs on it."""

import logging

from unit.operator.conftest import Log

from authpulse_operator.runtime import logs

SECRET = "wJalrXUtnFEMI"


def test_a_line_says_what_it_speaks_of(log: Log) -> None:
    fields = logs.about(resource="dev", namespace="security", generation=3, reason="Creating", act=None)
    logging.getLogger("authpulse.pass").info("creating %s", "it", extra=fields)
    (line,) = log.lines()
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


def test_an_error_brings_its_traceback(log: Log) -> None:
    try:
        int("no")
    except ValueError:
        logging.getLogger("authpulse.loop").exception("failed")
    assert "ValueError: invalid literal" in str(log.lines()[0]["traceback"])


def test_what_libraries_say_of_requests_is_not_written(log: Log) -> None:
    logs.configure(level="DEBUG", form="json", stream=log.stream)
    logging.getLogger("botocore.auth").debug("signing with %s", SECRET)
    logging.getLogger("kopf.objects").warning("patched", extra={"headers": {"Authorization": SECRET}})
    assert SECRET not in log.text
    assert [line["message"] for line in log.lines()] == ["patched"]


def test_people_get_lines(log: Log) -> None:
    logs.configure(level="INFO", form="text", stream=log.stream)
    logging.getLogger("authpulse.pass").info("creating", extra=logs.about(resource="dev"))
    assert log.text.endswith("INFO    creating  resource=dev\n")
