"""One way to make boto3 clients: region, endpoint, whose rights, bounded time-outs, and no retries behind our back.

The loop above retries everything, with the state of the world in view; botocore's own retries would only hide it.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import boto3
import botocore.session
from botocore.config import Config
from botocore.credentials import Credentials, ReadOnlyCredentials
from botocore.loaders import create_loader

from authpulse import __version__
from authpulse.local_keys import local_keys
from authpulse_operator.adapters.aws.credentials import Keys, ReadEachTime, Role, assumed
from authpulse_operator.adapters.aws.errors import translated
from authpulse_operator.core.errors import WrongAccount

USER_AGENT: Final = f"authpulse-operator/{__version__}"
CONNECTIONS: Final = 32

OnCall = Callable[[str, str, str], None]

_LOADER: Final = create_loader()  # models are large: read once, whatever number of sessions there is


@dataclass(slots=True)
class _Made:
    """What a session has made and found out so far."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    boto: boto3.Session | None = None
    clients: dict[str, Any] = field(default_factory=dict)
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """Where AWS is and who we are there. Thread-safe; clients are made once.

    With an `endpoint` the keys of a local AWS are used unless others are given, never a person's own. Nothing is called
    with credentials of another account than `account`: WrongAccount is raised instead. `on_call` hears of every call:
    service, operation, and HTTP status, error code or what kept the answer away.
    """

    region: str
    endpoint: str | None = None
    credentials: Role | Keys | None = None
    account: str | None = None
    on_call: OnCall | None = None
    _made: _Made = field(default_factory=_Made, init=False, repr=False, compare=False)

    def client(self, service: str) -> Any:
        """A boto3 client. Its type is the caller's to say. Raises Terminal for a profile that does not exist."""
        with self._made.lock, translated(f"preparing to call {service}"):
            if service not in self._made.clients:
                self._made.clients[service] = self._client(service)
            return self._made.clients[service]

    def caller_account(self) -> str:
        """The account of the credentials; asked for once. Raises OperatorError."""
        if self._made.account is None:
            sts = self.client("sts")
            with translated("asking whose credentials these are"):
                self._made.account = str(sts.get_caller_identity()["Account"])
        return self._made.account

    def keys(self) -> ReadOnlyCredentials | None:
        """For clients that are not boto3's; None where the usual chain has them. Raises OperatorError."""
        if self.credentials is None and self.endpoint is None:
            return None
        with translated("getting credentials"), self._made.lock:
            found: Any = self._boto().get_credentials()
            frozen: ReadOnlyCredentials = found.get_frozen_credentials()
            return frozen

    def _client(self, service: str) -> Any:
        client = _make_client(self._boto(), service, self.endpoint)
        if self.on_call is not None:
            _tell(client, service, self.on_call)
        if self.account is not None and service != "sts":
            client.meta.events.register("before-call", self._check_account)
        return client

    def _check_account(self, **_event: Any) -> None:
        found = self.caller_account()
        if found != self.account:
            raise WrongAccount(
                f"the credentials are of account {found}, spec.aws.account says {self.account}: nothing is called"
            )

    def _boto(self) -> boto3.Session:
        with self._made.lock:
            if self._made.boto is None:
                self._made.boto = self._new_boto()
            return self._made.boto

    def _new_boto(self) -> boto3.Session:
        match self.credentials:
            case Keys() as keys:
                return _boto(self.region, ReadEachTime(keys))
            case Role() as role:
                sts = _make_client(_boto(self.region, self._own()), "sts", self.endpoint)
                if self.on_call is not None:
                    _tell(sts, "sts", self.on_call)
                return _boto(self.region, assumed(role, sts))
            case None:
                return _boto(self.region, self._own())

    def _own(self) -> Credentials | None:
        return Credentials(*local_keys()) if self.endpoint else None


def _boto(region: str, credentials: Credentials | None) -> boto3.Session:
    """Without credentials the usual chain is asked for them."""
    core: Any = botocore.session.get_session()
    core.register_component("data_loader", _LOADER)
    if credentials is not None:
        core._credentials = credentials  # noqa: SLF001 - the only place that botocore has for credentials of one's own
    return boto3.Session(region_name=region, botocore_session=core)


def _make_client(boto: boto3.Session, service: str, endpoint: str | None) -> Any:
    config = Config(
        connect_timeout=5,
        read_timeout=60,
        retries={"total_max_attempts": 1},
        max_pool_connections=CONNECTIONS,
        user_agent_extra=USER_AGENT,
        s3={"addressing_style": "path"} if endpoint else {},
    )
    make: Any = boto.client  # its overloads go by literal names
    return make(service, endpoint_url=endpoint, config=config)


def _tell(client: Any, service: str, on_call: OnCall) -> None:
    def answered(*, parsed: dict[str, Any], http_response: Any, model: Any, **_event: Any) -> None:
        code = parsed.get("Error", {}).get("Code") if http_response.status_code >= 300 else None
        on_call(service, model.name, code or str(http_response.status_code))

    def not_answered(*, exception: Exception, event_name: str, **_event: Any) -> None:
        on_call(service, event_name.rpartition(".")[2], type(exception).__name__)

    client.meta.events.register("after-call", answered)
    client.meta.events.register("after-call-error", not_answered)
