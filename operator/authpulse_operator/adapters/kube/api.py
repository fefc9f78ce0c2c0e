"""The API server over HTTP: objects as JSON in and out, errors in the operator's words, every call counted.

Thread-safe. Nothing is tried again here: the loop above does that, with the state of the world in view.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal, Self
from urllib.parse import urlencode

import urllib3
from kubernetes import config
from kubernetes.client import Configuration, rest
from kubernetes.config.config_exception import ConfigException

from authpulse.errors import PrerequisiteError
from authpulse_operator.adapters.kube.errors import refusal
from authpulse_operator.adapters.kube.kinds import Json, Kind, Object
from authpulse_operator.core.errors import OperatorError, Recoverable, Unreachable

FIELD_MANAGER: Final = "authpulse-operator"
"""Whose the fields are that the operator sets, in managedFields."""
CONNECT_SECONDS: Final = 5
ANSWER_SECONDS: Final = 30
CREDENTIALS_SECONDS: Final = 1.0
CONNECTIONS: Final = 32
PAGE: Final = 500
JSON_TYPE: Final = "application/json"
METADATA: Final = f"{JSON_TYPE};as=PartialObjectMetadata;g=meta.k8s.io;v=v1,{JSON_TYPE}"
"""Accepts an object's metadata alone, for who does not read the answer: it is written and read faster."""
MERGE_PATCH: Final = "application/merge-patch+json"
JSON_PATCH: Final = "application/json-patch+json"
APPLY_PATCH: Final = "application/apply-patch+yaml"  # JSON is YAML

OnCall = Callable[[str, str, int], None]
"""Told of every call: verb, resource as in `authpulses/status`, and the answer's status, 0 where there was none."""
Found = list[Json]
Verb = Literal["get", "list", "create", "patch", "apply", "delete"]
_METHODS: Final[Mapping[Verb, str]] = {
    "get": "GET",
    "list": "GET",
    "create": "POST",
    "patch": "PATCH",
    "apply": "PATCH",
    "delete": "DELETE",
}


def ignored(_verb: str, _resource: str, _status: int) -> None:
    """Nobody counts."""


class KubeApi:
    """All methods raise OperatorError: see `errors`."""

    def __init__(
        self,
        configuration: Configuration,
        *,
        on_call: OnCall = ignored,
        answer_seconds: float = ANSWER_SECONDS,
        connections: int = CONNECTIONS,
    ) -> None:
        """`configuration` says where the API server is, whom to trust and who we are. `connections` are kept open;
        more threads than that work all the same."""
        configuration.connection_pool_maxsize = connections
        self._configuration = configuration
        self._url = str(configuration.host).rstrip("/")
        self._pool: urllib3.PoolManager = rest.RESTClientObject(configuration).pool_manager
        self._timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=answer_seconds)
        self._on_call = on_call
        self._credentials: dict[str, str] = {}
        self._credentials_until = 0.0

    @property
    def configuration(self) -> Configuration:
        """Where it is and who we are, for whoever else connects to it."""
        return self._configuration

    @classmethod
    def connect(
        cls,
        kubeconfig: Path | None = None,
        *,
        context: str | None = None,
        on_call: OnCall = ignored,
        answer_seconds: float = ANSWER_SECONDS,
        connections: int = CONNECTIONS,
    ) -> Self:
        """To the cluster of that file, else to the one that this process runs in, else to KUBECONFIG's.

        Raises PrerequisiteError where none can be found.
        """
        configuration = Configuration()
        try:
            if kubeconfig is not None or context is not None:
                _load_file(configuration, kubeconfig, context)
            else:
                _load_surroundings(configuration)
        except ConfigException as error:
            raise PrerequisiteError(
                f"no cluster: {error}; set KUBECONFIG, or run in a pod with a service account"
            ) from error
        return cls(configuration, on_call=on_call, answer_seconds=answer_seconds, connections=connections)

    def get(self, kind: Kind, namespace: str, name: str) -> Json | None:
        """The object, or None if there is none."""
        return self._call("get", kind, namespace, name, absent_is_none=True)

    def list(self, kind: Kind, namespace: str | None = None, *, selector: str | None = None) -> Found:
        """All objects, of one namespace or of every one, that have the labels."""
        found: Found = []
        query = {"limit": str(PAGE)} | ({"labelSelector": selector} if selector else {})
        while True:
            page = self._call("list", kind, namespace, query=query) or {}
            found += page.get("items") or ()
            following = page.get("metadata", {}).get("continue")
            if not following:
                return found
            query["continue"] = following

    def create(self, kind: Kind, manifest: Object, *, accept: str = JSON_TYPE) -> Json:
        """The object as it was made, as far as `accept` asks for it. Raises Conflict if there is one of that name."""
        namespace = manifest["metadata"]["namespace"]
        query = {"fieldManager": FIELD_MANAGER}
        return self._changed("create", kind, namespace, body=manifest, query=query, accept=accept)

    def patch(
        self,
        kind: Kind,
        namespace: str,
        name: str,
        changes: Object | Sequence[Object],
        *,
        subresource: str | None = None,
        accept: str = JSON_TYPE,
    ) -> Json:
        """The object after a JSON merge patch (a mapping, in which None removes a field) or a JSON patch (a sequence
        of operations), as far as `accept` asks for it. Raises Absent if there is none, and Refused where a test of a
        JSON patch does not hold."""
        return self._changed(
            *("patch", kind, namespace, name, subresource),
            body=changes,
            query={"fieldManager": FIELD_MANAGER},
            media=MERGE_PATCH if isinstance(changes, Mapping) else JSON_PATCH,
            accept=accept,
        )

    def apply(self, kind: Kind, manifest: Object) -> Json:
        """The object after a server-side apply: made if there was none, every field of the manifest ours from now on,
        and fields of ours that it no longer has removed."""
        metadata = manifest["metadata"]
        return self._changed(
            *("apply", kind, metadata["namespace"], metadata["name"]),
            body={"apiVersion": kind.api_version, "kind": kind.kind, **manifest},
            query={"fieldManager": FIELD_MANAGER, "force": "true"},
            media=APPLY_PATCH,
        )

    def delete(self, kind: Kind, namespace: str, name: str, *, uid: str | None = None) -> bool:
        """False if there was none. What belongs to it goes after it. With a uid only that very object: Conflict
        otherwise."""
        body = {"propagationPolicy": "Background"} | ({"preconditions": {"uid": uid}} if uid else {})
        return self._call("delete", kind, namespace, name, body=body, absent_is_none=True) is not None

    def close(self) -> None:
        """Ends the connections."""
        self._pool.clear()

    def _changed(
        self,
        verb: Verb,
        kind: Kind,
        namespace: str,
        name: str | None = None,
        subresource: str | None = None,
        *,
        body: Object | Sequence[Object],
        query: Mapping[str, str],
        media: str = JSON_TYPE,
        accept: str = JSON_TYPE,
    ) -> Json:
        changed = self._call(
            verb, kind, namespace, name, subresource, body=body, query=query, media=media, accept=accept
        )
        return changed or {}

    def _call(
        self,
        verb: Verb,
        kind: Kind,
        namespace: str | None,
        name: str | None = None,
        subresource: str | None = None,
        *,
        body: Object | Sequence[Object] | None = None,
        query: Mapping[str, str] | None = None,
        media: str = JSON_TYPE,
        accept: str = JSON_TYPE,
        absent_is_none: bool = False,
    ) -> Json | None:
        resource = f"{kind.plural}/{subresource}" if subresource else kind.plural
        doing = f"{verb} {resource} {'/'.join(part for part in (namespace, name) if part)}".rstrip()
        url = self._url + kind.path(namespace, name, subresource) + (f"?{urlencode(query)}" if query else "")
        try:
            answer = self._pool.request(
                _METHODS[verb],
                url,
                body=None if body is None else json.dumps(body).encode(),
                headers=self._headers(media, accept),
                timeout=self._timeout,
                retries=False,
            )
        except urllib3.exceptions.HTTPError as error:
            self._on_call(verb, resource, 0)
            raise _unanswered(error, doing, is_write=verb not in ("get", "list")) from error
        self._on_call(verb, resource, answer.status)
        if answer.status < 300:
            return _parsed(answer.data, doing)
        if answer.status == 404 and absent_is_none:
            return None
        raise refusal(answer.status, answer.data, answer.headers, doing)

    def _headers(self, media: str, accept: str) -> dict[str, str]:
        """With the credentials of this second: a pod's token is renewed while it runs, and asking what it is takes a
        tenth of a call."""
        if (now := time.monotonic()) >= self._credentials_until:
            schemes: Mapping[str, Any] = self._configuration.auth_settings()
            self._credentials = {s["key"]: s["value"] for s in schemes.values() if s["in"] == "header" and s["value"]}
            self._credentials_until = now + CREDENTIALS_SECONDS
        return {"Accept": accept, "Content-Type": media, "User-Agent": FIELD_MANAGER, **self._credentials}


def _load_file(configuration: Configuration, kubeconfig: Path | None, context: str | None) -> None:
    load: Any = config.load_kube_config
    load(None if kubeconfig is None else str(kubeconfig), context, configuration, persist_config=False)


def _load_surroundings(configuration: Configuration) -> None:
    load: Any = config.load_incluster_config
    try:
        load(configuration)
    except ConfigException:
        _load_file(configuration, None, None)


def _parsed(body: bytes, doing: str) -> Json:
    try:
        document: Any = json.loads(body)
    except ValueError as error:
        raise Recoverable(f"{doing}: the answer is no JSON: {body[:100]!r}") from error
    return document if isinstance(document, dict) else {}


def _unanswered(error: urllib3.exceptions.HTTPError, doing: str, *, is_write: bool) -> OperatorError:
    """Before there is a connection nothing can have happened; after that nobody knows."""
    said = " ".join(str(error).split())
    never_sent = (
        urllib3.exceptions.NewConnectionError,
        urllib3.exceptions.ConnectTimeoutError,
        urllib3.exceptions.ProxyError,
        urllib3.exceptions.SSLError,
    )
    if isinstance(error, never_sent):
        return Unreachable(f"{doing}: the API server does not answer: {said}", after_seconds=2)
    return Recoverable(f"{doing}: no answer came: {said}", after_seconds=2, unclear=is_write)
