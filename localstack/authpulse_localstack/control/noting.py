"""Every call, whichever way it was answered, is noted: in the list of calls, and for a role in what it has used."""

import time
from collections.abc import Mapping
from typing import Any, Final

from authpulse_localstack.control.calls import Call, Calls, names_of
from authpulse_localstack.control.permissions import Asked, needs_of
from authpulse_localstack.control.principals import principal_of
from authpulse_localstack.control.uses import Uses

CALLS: Final = Calls()
USES: Final = Uses()


def note(
    *,
    service: str,
    operation: str,
    request: Mapping[str, Any],
    account: str,
    region: str,
    access_key: str | None,
    status: int,
    error: str | None = None,
    is_internal: bool = False,
) -> None:
    """What services do among themselves is theirs, unless they do it with somebody's role."""
    principal = principal_of(access_key)
    if principal.role is not None:
        USES.add(principal.role, needs_of(service, Asked(operation, request, account, region, status)))
    elif is_internal:
        return
    CALLS.add(
        Call(
            time=time.time(),
            service=service,
            operation=operation,
            access_key=access_key,
            principal=principal.arn,
            status=status,
            error=error,
            resource=names_of(request),
        )
    )
