"""Our errors as AWS errors on the wire, whatever the service's protocol."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from localstack.aws.api import CommonServiceException

Handler = Callable[..., Any]


def aws_error(code: str, message: str, status: int = 400) -> CommonServiceException:
    """An AWS error by its code."""
    return CommonServiceException(code, message, status_code=status, sender_fault=status < 500)


def raises_aws[**P, R](kind: type[Exception], codes: Mapping[type[Exception], str] | None = None) -> Any:
    """Around a handler: errors of that kind become AWS errors, by their `code` or by a table."""

    def around(handler: Callable[P, R]) -> Callable[P, R]:
        @wraps(handler)
        def handle(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return handler(*args, **kwargs)
            except kind as error:
                code = (codes or {}).get(type(error)) or getattr(error, "code", "InternalFailure")
                raise aws_error(str(code), str(error)) from error

        return handle

    return around
