"""What all operations share: errors, pages, and the store of the account and region that asks."""

from collections.abc import Sequence
from typing import Any, Protocol

from localstack.aws.api import RequestContext, ServiceException

from authpulse_localstack.athena.lake.connection import Lake
from authpulse_localstack.athena.runner import Runner
from authpulse_localstack.athena.store import Store

Request = dict[str, Any]
Response = dict[str, Any]


class InvalidRequestException(ServiceException):
    """The one error of most operations; AthenaErrorCode says more."""

    code = "InvalidRequestException"
    status_code = 400
    sender_fault = True
    AthenaErrorCode: str | None = None


class ResourceNotFoundException(ServiceException):
    code = "ResourceNotFoundException"
    status_code = 400
    sender_fault = True
    ResourceName: str | None = None


class MetadataException(ServiceException):
    """What Glue says no to."""

    code = "MetadataException"
    status_code = 400
    sender_fault = True


def invalid(message: str, code: str = "INVALID_INPUT") -> InvalidRequestException:
    error = InvalidRequestException(message)
    error.AthenaErrorCode = code
    return error


def not_found(message: str, name: str) -> ResourceNotFoundException:
    error = ResourceNotFoundException(message)
    error.ResourceName = name
    return error


def page[T](items: Sequence[T], request: Request, *, most: int) -> tuple[list[T], dict[str, str]]:
    """Up to MaxResults of the items, and the NextToken if there are more."""
    token = request.get("NextToken")
    limit = request.get("MaxResults") or most
    if not 0 <= limit <= most:
        raise invalid(f"MaxResults must be between 1 and {most}, not {limit}")
    if token is not None and not (token.isdigit() and int(token) <= len(items)):
        raise invalid("NextToken is invalid")
    start = int(token or 0)
    following = start + limit
    return list(items[start:following]), ({"NextToken": str(following)} if following < len(items) else {})


class Backend(Protocol):
    """What the operations work on."""

    runner: Runner

    def store(self, context: RequestContext) -> Store: ...

    def lake(self, context: RequestContext) -> Lake: ...


def work_group_of(store: Store, name: str | None) -> dict[str, Any]:
    """Raises InvalidRequestException for a work group that is not there."""
    group = store.work_groups.get(name or "primary")
    if group is None:
        raise invalid(f"WorkGroup {name} is not found.", "WORKGROUP_NOT_FOUND")
    return group
