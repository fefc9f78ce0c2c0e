"""AWS errors to the operator's: one table of families, and one place that knows botocore's exceptions.

What a code is not in the table for is judged by the HTTP status: a fault of the service (5xx) passes, a refusal (4xx)
does not. A write that met a fault of the service, or whose answer never came though it was sent, is `unclear`: it may
have taken effect. Being throttled, refused, or not connected at all is clear: it has not.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    HTTPClientError,
    IncompleteReadError,
    MetadataRetrievalError,
    NoCredentialsError,
    PartialCredentialsError,
    ProxyConnectionError,
    SSLError,
    TokenRetrievalError,
)
from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.parsers import ResponseParserError

from authpulse_operator.core.errors import AccessDenied, OperatorError, Recoverable, Terminal, Unreachable


@dataclass(frozen=True, slots=True)
class Family:
    """Codes that mean the same for us. Without `after_seconds` only another spec (or permission) helps."""

    meaning: str
    codes: frozenset[str]
    after_seconds: float | None = None
    is_fault: bool = False
    """Of the service: a write that met it may have taken effect."""


THROTTLED: Final = Family(
    "too many calls at once; nothing has happened",
    frozenset(
        {
            "ProvisionedThroughputExceededException",
            "RequestLimitExceeded",
            "RequestThrottled",
            "RequestThrottledException",
            "SlowDown",
            "Throttling",
            "ThrottlingException",
            "ThrottledException",
            "TooManyRequestsException",
        }
    ),
    after_seconds=5,
)
BUSY: Final = Family("not in this state; it changes by itself", frozenset({"ResourceInUseException"}), after_seconds=3)
OVERTAKEN: Final = Family(
    "somebody was faster, or our own write took effect unseen: look again",
    frozenset(
        {
            "BucketAlreadyOwnedByYou",
            "ConcurrentModificationException",
            "EntityAlreadyExists",
            "OperationAborted",
            "ResourceAlreadyExistsException",
            "ResourceNotFoundException",
        }
    ),
    after_seconds=1,
)
AT_A_LIMIT: Final = Family(
    "a limit of the account, which others use up too", frozenset({"LimitExceededException"}), after_seconds=30
)
FAULTY: Final = Family(
    "a fault of the service, which passes",
    frozenset(
        {
            "InternalError",
            "InternalFailure",
            "InternalServerError",
            "RequestTimeout",
            "RequestTimeoutException",
            "ServiceUnavailable",
            "ServiceUnavailableException",
        }
    ),
    after_seconds=5,
    is_fault=True,
)
EXPIRED: Final = Family(
    "credentials are too old, and renewed by whoever gave them",
    frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"}),
    after_seconds=30,
)
DENIED: Final = Family(
    "a permission is missing, or the credentials are nobody's",
    frozenset(
        {
            "AccessDenied",
            "AccessDeniedException",
            "InvalidAccessKeyId",
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "NotAuthorized",
            "SignatureDoesNotMatch",
            "UnauthorizedOperation",
            "UnrecognizedClientException",
        }
    ),
)
REFUSED: Final = Family(
    "what was asked for cannot be",
    frozenset(
        {
            "CodeValidationException",
            "InvalidApplicationConfigurationException",
            "InvalidArgumentException",
            "InvalidRequestException",
            "TooManyTagsException",
            "UnsupportedOperationException",
            "ValidationException",
        }
    ),
)

FAMILIES: Final = (THROTTLED, BUSY, OVERTAKEN, AT_A_LIMIT, FAULTY, EXPIRED, DENIED, REFUSED)
FAMILY_OF: Final = {code: family for family in FAMILIES for code in family.codes}

NOT_SENT: Final = (EndpointConnectionError, ConnectTimeoutError, ProxyConnectionError, SSLError)
"""There was no connection, so nothing can have taken effect."""
TOO_MANY_REQUESTS: Final = 429
SERVER_ERRORS: Final = 500


@contextmanager
def translated(doing: str, *, writing: bool = False) -> Iterator[None]:
    """Runs AWS calls; what they raise comes out as an OperatorError whose message begins with `doing`.

    `writing` says that a call may take effect though its answer never comes.
    """
    try:
        yield
    except ClientError as error:
        raise of_client_error(error, doing, writing=writing) from error
    except (NoConnectionError, HTTPClientError, IncompleteReadError, ResponseParserError) as error:
        unclear = writing and not isinstance(error, NOT_SENT)
        message = f"{doing}: AWS does not answer: {_one_line(error)}"
        raise Unreachable(message, after_seconds=5, unclear=unclear) from error
    except OSError as error:  # of PyIceberg's file access, which is not botocore's
        raise Recoverable(f"{doing}: {_one_line(error)}", after_seconds=5, unclear=writing) from error
    except (NoCredentialsError, PartialCredentialsError) as error:
        raise Terminal(f"{doing}: no AWS credentials; set them up as for every AWS tool") from error
    except (CredentialRetrievalError, MetadataRetrievalError, TokenRetrievalError) as error:
        raise Recoverable(f"{doing}: {_one_line(error)}", after_seconds=30) from error
    except BotoCoreError as error:
        raise Terminal(f"{doing}: {_one_line(error)}") from error


def code_of(error: ClientError) -> str:
    """The service's error code."""
    return str(error.response.get("Error", {}).get("Code", ""))


def of_client_error(error: ClientError, doing: str, *, writing: bool = False) -> OperatorError:
    """An answer of AWS that is an error, by its code, and by its status where the code is not in the table."""
    code, status = code_of(error), error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    message = f"{doing}: {code}: {message_of(error)}"
    family = FAMILY_OF.get(code)
    if family is None:
        if code == str(TOO_MANY_REQUESTS) or status == TOO_MANY_REQUESTS:
            family = THROTTLED
        elif status >= SERVER_ERRORS:
            family = FAULTY
        elif code == "403":  # an answer to HEAD has no body, and so no code
            family = DENIED
        else:
            family = REFUSED
    if family is DENIED:
        return AccessDenied(f"{message} (calling {error.operation_name})")
    if family.after_seconds is None:
        return Terminal(message)
    return Recoverable(message, after_seconds=family.after_seconds, unclear=writing and family.is_fault)


def message_of(error: ClientError) -> str:
    """What the service says, in one line."""
    return _one_line(error.response.get("Error", {}).get("Message", ""))


def _one_line(said: object) -> str:
    return " ".join(str(said).split())
