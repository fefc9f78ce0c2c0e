"""What the API server says no with, in the operator's words.

    OperatorError
    ├── Gone                       the object that a loop is for was deleted, or made anew: end the loop
    ├── Terminal
    │   └── AccessDenied           403: the message names verb and resource
    └── Recoverable                401, 429 and 5xx, after the server's Retry-After where it gives one
        ├── Absent                 404 of what was to be changed: it was there a moment ago
        ├── Conflict               409: somebody was faster; look again
        ├── Refused                422: what was sent does not go with what is there
        └── Unreachable            no connection

A write whose answer never came is an `unclear` Recoverable. 422 is Recoverable because what makes it so (a field that
cannot be changed, an owner that is being collected) is mended by looking again, or by somebody else.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from authpulse_operator.core.errors import AccessDenied, OperatorError, Recoverable, Terminal

SECONDS_TO_NEXT_TRY: Final = {401: 10, 429: 1}
SERVER_ERROR_SECONDS: Final = 5
REFUSED_SECONDS: Final = 30
QUOTA_SECONDS: Final = 30
LONGEST_MESSAGE: Final = 500


class Gone(OperatorError):
    """The resource is no longer there, or another of the same name is in its place."""


class Absent(Recoverable):
    """There is nothing to change."""


class Conflict(Recoverable):
    """There is one already, or it has changed meanwhile."""


class Refused(Recoverable):
    """The API server cannot do that to what is there."""


def refusal(status: int, body: bytes, headers: Mapping[str, str], doing: str) -> OperatorError:
    """The error for an answer of 400 or above. Its message begins with `doing`, such as `apply jobs shop/replay`."""
    said = _said(body)
    message = f"{doing}: {status}: {' '.join(str(said.get('message') or 'no reason given').split())}"[:LONGEST_MESSAGE]
    after = _retry_after(headers)
    match status:
        case 403:
            return _forbidden(message, said)
        case 404:
            return Absent(message, after_seconds=after or 1)
        case 409:
            return Conflict(message, after_seconds=after or 1)
        case 422:
            return Refused(message, after_seconds=after or REFUSED_SECONDS)
    if status >= 500 or status in SECONDS_TO_NEXT_TRY:
        return Recoverable(message, after_seconds=after or SECONDS_TO_NEXT_TRY.get(status, SERVER_ERROR_SECONDS))
    return Terminal(message)


def _forbidden(message: str, said: Mapping[str, Any]) -> OperatorError:
    """Not every 403 is about permissions: quotas free up, and a namespace that ends takes its resources along."""
    causes = (said.get("details") or {}).get("causes") or ()
    if any(c.get("reason") == "NamespaceTerminating" for c in causes):
        return Recoverable(message, after_seconds=SERVER_ERROR_SECONDS)
    if "exceeded quota" in message:
        return Recoverable(message, after_seconds=QUOTA_SECONDS)
    return AccessDenied(message)


def _said(body: bytes) -> Mapping[str, Any]:
    """The Status object in an answer; a proxy on the way may have said something else."""
    try:
        found = json.loads(body)
    except ValueError:
        return {"message": body[:LONGEST_MESSAGE].decode(errors="replace")}
    return found if isinstance(found, dict) else {}


def _retry_after(headers: Mapping[str, str]) -> float | None:
    text = headers.get("Retry-After", "")
    return float(text) if text.isdecimal() else None
