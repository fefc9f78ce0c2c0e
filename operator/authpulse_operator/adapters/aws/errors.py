"""AWS errors to the operator's: one table, and one place that knows botocore's exceptions."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, NoCredentialsError
from botocore.exceptions import ConnectionError as NoConnectionError

from authpulse_operator.core.errors import OperatorError, Recoverable, Terminal, Unreachable

SECONDS_TO_NEXT_TRY: Final = {
    "ThrottlingException": 5,
    "TooManyRequestsException": 5,
    "Throttling": 5,
    "RequestLimitExceeded": 5,
    "ProvisionedThroughputExceededException": 5,
    "ResourceInUseException": 3,
    # somebody was faster, or our own write took effect unseen: look again
    "BucketAlreadyOwnedByYou": 1,
    "ConcurrentModificationException": 1,
    "EntityAlreadyExists": 1,
    "OperationAborted": 1,
    "ResourceAlreadyExistsException": 1,
    "ResourceNotFoundException": 1,
    "LimitExceededException": 30,
    "InternalFailure": 5,
    "InternalServerError": 5,
    "ServiceUnavailable": 5,
    "ServiceUnavailableException": 5,
    "SlowDown": 5,
    "RequestTimeout": 5,
    "RequestTimeoutException": 5,
    "ExpiredToken": 30,  # credentials are renewed by whoever gave them
    "ExpiredTokenException": 30,
}

TOO_MANY_REQUESTS: Final = 429

TERMINAL: Final = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "InvalidApplicationConfigurationException",
        "InvalidArgumentException",
        "InvalidRequestException",
        "TooManyTagsException",
        "UnsupportedOperationException",
        "ValidationException",
    }
)


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Runs AWS calls; what they raise comes out as an OperatorError whose message begins with `doing`."""
    try:
        yield
    except ClientError as error:
        raise _translate(error, doing) from error
    except (NoConnectionError, HTTPClientError) as error:
        raise Unreachable(f"{doing}: AWS does not answer: {_one_line(error)}", after_seconds=5) from error
    except OSError as error:  # of PyIceberg's file access, which is not botocore's
        raise Recoverable(f"{doing}: {_one_line(error)}", after_seconds=5) from error
    except NoCredentialsError as error:
        raise Terminal(f"{doing}: no AWS credentials; set them up as for every AWS tool") from error
    except BotoCoreError as error:
        raise Terminal(f"{doing}: {_one_line(error)}") from error


def code_of(error: ClientError) -> str:
    """The service's error code."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _translate(error: ClientError, doing: str) -> OperatorError:
    code, status = code_of(error), error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    message = f"{doing}: {code}: {_one_line(error.response.get('Error', {}).get('Message', ''))}"
    if code in TERMINAL:
        return Terminal(message)
    if code in SECONDS_TO_NEXT_TRY:
        return Recoverable(message, after_seconds=SECONDS_TO_NEXT_TRY[code])
    # Unknown: a fault of the service passes, a fault of ours does not.
    return Recoverable(message) if status >= 500 or status == TOO_MANY_REQUESTS else Terminal(message)


def _one_line(said: object) -> str:
    return " ".join(str(said).split())
