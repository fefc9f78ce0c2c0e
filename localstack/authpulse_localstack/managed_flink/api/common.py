"""What all handlers use: finding the application, paging, and the guard against lost updates."""

from collections.abc import Callable, Sequence
from typing import Any

from localstack.aws.api import RequestContext

from authpulse_localstack.managed_flink.applications import Application
from authpulse_localstack.managed_flink.errors import ConcurrentModification, InvalidArgument, ManagedFlinkError
from authpulse_localstack.managed_flink.lifecycle import Lifecycle
from authpulse_localstack.managed_flink.store import Store
from authpulse_localstack.wire import raises_aws

Json = dict[str, Any]

aws = raises_aws(ManagedFlinkError)
MAX_PAGE = 50


class ManagedFlinkApi:
    """Base of the handlers' classes."""

    store: Store
    lifecycle: Lifecycle

    def application(self, context: RequestContext, request: Json) -> Application:
        """The one that the request names. Raises ResourceNotFound."""
        return self.store.find(context.account_id, context.region, request["ApplicationName"])


def check_current(application: Application, request: Json) -> None:
    """The caller must have seen the current version: by its id, or better by its token."""
    number, token = request.get("CurrentApplicationVersionId"), request.get("ConditionalToken")
    current = application.version
    if number is None and token is None:
        raise InvalidArgument("give ConditionalToken or CurrentApplicationVersionId, as DescribeApplication tells them")
    if (number is not None and number != current.number) or (token is not None and token != current.token):
        raise ConcurrentModification(
            f"application {application.name} is at version {current.number} by now; describe it and try again"
        )


def page[T](items: Sequence[T], request: Json, key: Callable[[T], str]) -> tuple[list[T], Json]:
    """One page of items that are sorted by `key`, and the NextToken part of the answer."""
    limit = request.get("Limit") or MAX_PAGE
    if not 1 <= limit <= MAX_PAGE:
        raise InvalidArgument(f"Limit: 1 to {MAX_PAGE} are allowed")
    start = 0
    if (after := request.get("NextToken")) is not None:
        keys = [key(item) for item in items]
        if after not in keys:
            raise InvalidArgument("NextToken: not one of this list")
        start = keys.index(after) + 1
    shown = list(items[start : start + limit])
    return shown, {"NextToken": key(shown[-1])} if start + limit < len(items) else {}
