"""AWS errors in the core's words: the table, and what is not in it."""

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)

from authpulse.errors import ReachabilityError
from authpulse_operator.adapters.aws.errors import SECONDS_TO_NEXT_TRY, TERMINAL, translated
from authpulse_operator.core.errors import OperatorError, Recoverable, Terminal, Unreachable

URL = "http://127.0.0.1:1"


def refused(code: str, status: int = 400, message: str = "no") -> ClientError:
    answer = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "StartApplication")  # type: ignore[arg-type]


def translate(error: Exception) -> OperatorError:
    with pytest.raises(OperatorError) as caught, translated("starting authpulse-dev"):
        raise error
    return caught.value


@pytest.mark.parametrize("code", SECONDS_TO_NEXT_TRY)
def test_what_passes_by_itself_says_when_to_try_again(code: str) -> None:
    error = translate(refused(code))
    assert isinstance(error, Recoverable)
    assert error.after_seconds == SECONDS_TO_NEXT_TRY[code]
    assert str(error) == f"starting authpulse-dev: {code}: no"


@pytest.mark.parametrize("code", sorted(TERMINAL))
def test_what_only_a_new_spec_helps_is_terminal_whatever_its_status(code: str) -> None:
    assert type(translate(refused(code, 500))) is Terminal


@pytest.mark.parametrize(
    ("status", "kind"), [(400, Terminal), (404, Terminal), (429, Recoverable), (500, Recoverable), (503, Recoverable)]
)
def test_an_unknown_code_is_judged_by_its_status(status: int, kind: type[OperatorError]) -> None:
    assert type(translate(refused("NobodyKnowsException", status))) is kind


def test_no_code_is_in_both_lists() -> None:
    assert TERMINAL.isdisjoint(SECONDS_TO_NEXT_TRY)


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        (EndpointConnectionError(endpoint_url=URL), Unreachable, "AWS does not answer"),
        (ReadTimeoutError(endpoint_url=URL), Unreachable, "AWS does not answer"),
        (NoCredentialsError(), Terminal, "no AWS credentials"),
        (ParamValidationError(report="one\ntwo"), Terminal, "one two"),
        (OSError("AWS Error NETWORK_CONNECTION during\nPutObject"), Recoverable, "during PutObject"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_what_is_no_answer_of_aws(error: Exception, kind: type[OperatorError], said: str) -> None:
    found = translate(error)
    assert type(found) is kind
    assert said in str(found)
    assert len(str(found).splitlines()) == 1


def test_our_own_errors_go_through_as_they_are() -> None:
    error = Terminal("table auth_alerts is there with other columns")
    assert translate(error) is error


def test_nobody_there_ends_a_command_like_every_endpoint_that_does_not_answer() -> None:
    assert Unreachable("").exit_code == ReachabilityError.exit_code
