"""AWS errors in the core's words: the families of codes, what is in none, and which writes may have taken effect."""

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    IncompleteReadError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
    SSLError,
)

from authpulse.errors import ReachabilityError
from authpulse_operator.adapters.aws.errors import DENIED, FAMILIES, FAMILY_OF, FAULTY, THROTTLED, translated
from authpulse_operator.core.errors import AccessDenied, OperatorError, Recoverable, Terminal, Unreachable

URL = "http://127.0.0.1:1"
PASSING = [code for code, family in FAMILY_OF.items() if family.after_seconds is not None]


def refused(code: str, status: int = 400, message: str = "no") -> ClientError:
    answer = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "StartApplication")  # type: ignore[arg-type]


def translate(error: Exception, *, writing: bool = False) -> OperatorError:
    with pytest.raises(OperatorError) as caught, translated("starting authpulse-dev", writing=writing):
        raise error
    return caught.value


def may_have_taken_effect(error: Exception) -> bool:
    found = translate(error, writing=True)
    return isinstance(found, Recoverable) and found.unclear


@pytest.mark.parametrize("code", PASSING)
def test_what_passes_by_itself_says_when_to_try_again(code: str) -> None:
    error = translate(refused(code))
    assert isinstance(error, Recoverable)
    assert error.after_seconds == FAMILY_OF[code].after_seconds
    assert str(error) == f"starting authpulse-dev: {code}: no"


@pytest.mark.parametrize("code", sorted(set(FAMILY_OF) - set(PASSING) - DENIED.codes))
def test_what_only_a_new_spec_helps_is_terminal_whatever_its_status(code: str) -> None:
    assert type(translate(refused(code, 500))) is Terminal


@pytest.mark.parametrize("code", [*sorted(DENIED.codes), "403"])
def test_a_missing_permission_is_told_with_the_call(code: str) -> None:
    error = translate(refused(code, 403))
    assert type(error) is AccessDenied
    assert str(error) == f"starting authpulse-dev: {code}: no (calling StartApplication)"


@pytest.mark.parametrize(
    ("status", "kind"), [(400, Terminal), (404, Terminal), (429, Recoverable), (500, Recoverable), (503, Recoverable)]
)
def test_an_unknown_code_is_judged_by_its_status(status: int, kind: type[OperatorError]) -> None:
    assert type(translate(refused("NobodyKnowsException", status))) is kind


def test_no_code_is_in_two_families() -> None:
    assert len(FAMILY_OF) == sum(len(family.codes) for family in FAMILIES)


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        (EndpointConnectionError(endpoint_url=URL), Unreachable, "AWS does not answer"),
        (ReadTimeoutError(endpoint_url=URL), Unreachable, "AWS does not answer"),
        (IncompleteReadError(actual_bytes=1, expected_bytes=2), Unreachable, "AWS does not answer"),
        (NoCredentialsError(), Terminal, "no AWS credentials"),
        (CredentialRetrievalError(provider="sso", error_msg="expired"), Recoverable, "expired"),
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


@pytest.mark.parametrize(
    "error",
    [
        ReadTimeoutError(endpoint_url=URL),
        ConnectionClosedError(endpoint_url=URL),
        IncompleteReadError(actual_bytes=1, expected_bytes=2),
        refused("NobodyKnowsException", 503),
        *(refused(code, 500) for code in sorted(FAULTY.codes)),
    ],
    ids=str,
)
def test_a_write_without_a_clear_answer_may_have_taken_effect(error: Exception) -> None:
    assert may_have_taken_effect(error)
    assert not getattr(translate(error), "unclear", False)  # a look has no effect to be unclear about


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url=URL),
        ConnectTimeoutError(endpoint_url=URL),
        SSLError(endpoint_url=URL, error="no"),
        CredentialRetrievalError(provider="sso", error_msg="expired"),
        refused("ExpiredTokenException"),
        refused("NobodyKnowsException", 429),
        refused("ConcurrentModificationException"),
        refused("ResourceInUseException"),
        *(refused(code, 503) for code in sorted(THROTTLED.codes)),
    ],
    ids=str,
)
def test_a_write_that_was_refused_or_never_sent_has_not_taken_effect(error: Exception) -> None:
    assert not may_have_taken_effect(error)


def test_our_own_errors_go_through_as_they_are() -> None:
    error = Terminal("table auth_alerts is there with other columns")
    assert translate(error) is error


def test_nobody_there_ends_a_command_like_every_endpoint_that_does_not_answer() -> None:
    assert Unreachable("").exit_code == ReachabilityError.exit_code
