"""Requests that carry megabytes, answered in the web server's own thread, past LocalStack's chain of handlers.

The chain takes milliseconds whatever is asked, and handles each byte of a body several times. A provider may offer a
shorter way for an operation. Only what is ordinary goes it: what a shortcut does not expect, and every error, goes the
long way, which looks at the request from its beginning. So a shortcut has no errors of its own, and gives up before it
has done anything.
"""

import re
import uuid
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from localstack.aws.accounts import get_account_id_from_access_key_id
from twisted.python.components import proxyForInterface
from twisted.web.resource import IResource

from authpulse_localstack.control.hooks import FAULTS
from authpulse_localstack.control.noting import note

CREDENTIAL: Final = re.compile(rb"AWS4-\S+ Credential=([^/,]+)/[^/,]+/([^/,]+)/")
UNUSUAL: Final = (b"content-encoding", b"origin", b"x-localstack-data")  # the long way knows what they mean

Json = dict[str, Any]


class Asked(NamedTuple):
    """A request."""

    account: str
    region: str
    content_type: bytes
    body: bytes


class Answer(NamedTuple):
    """A success, in the request's content type. `request` is what was asked, for the list of calls."""

    request: Json
    body: bytes


type Shortcut = Callable[[Asked], Answer | None]
"""None: the long way, please."""

_SHORTCUTS: Final[dict[bytes, Shortcut]] = {}


def offer(target: str, shortcut: Shortcut) -> None:
    """For requests whose X-Amz-Target is `service_version.operation`."""
    _SHORTCUTS[target.encode()] = shortcut


class ShortcutsFirst(proxyForInterface(IResource)):  # type: ignore[misc]
    """All requests come by here."""

    def render(self, request: Any) -> Any:
        """As Twisted wants it: the body, or that it will come later."""
        target = request.getHeader(b"x-amz-target")
        shortcut = _SHORTCUTS.get(target)
        if shortcut is not None:
            body = _short(request, target, shortcut)
            if body is not None:
                return body
            request.content.seek(0)
        return self.original.render(request)


def _short(request: Any, target: bytes, shortcut: Shortcut) -> bytes | None:
    credential = CREDENTIAL.match(request.getHeader(b"authorization") or b"")
    content_type = request.getHeader(b"content-type") or b""
    if credential is None or FAULTS.armed or any(request.getHeader(name) is not None for name in UNUSUAL):
        return None
    if request.getHeader(b"accept") not in (None, b"*/*", content_type):
        return None
    access_key, region = (part.decode("latin-1") for part in credential.groups())
    account = get_account_id_from_access_key_id(access_key)
    answer = shortcut(Asked(account, region, content_type, request.content.read()))
    if answer is None:
        return None
    request.setHeader(b"content-type", content_type)
    request.setHeader(b"x-amzn-requestid", str(uuid.uuid4()).encode())
    service, _, operation = target.decode().partition(".")
    note(
        service=service.partition("_")[0].lower(),
        operation=operation,
        request=answer.request,
        account=account,
        region=region,
        access_key=access_key,
        status=200,
    )
    return answer.body
