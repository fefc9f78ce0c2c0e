"""A cluster as the plugin needs it: documents in and out, and every refusal as one line with its exit code.

404   of a resource: InputError, with those that are there; of its kind: PrerequisiteError, the CRDs are missing
401, 403, 409   AuthPulseError: log in, ask for the right that the message names, look again
400, 422        InputError, in the API server's words
5xx, no answer  ReachabilityError
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import urllib3
from kubernetes import client
from kubernetes.client.exceptions import ApiException
from kubernetes.config import incluster_config
from kubernetes.config import kube_config as untyped
from kubernetes.config.config_exception import ConfigException

from authpulse.errors import AuthPulseError, InputError, PrerequisiteError, ReachabilityError
from authpulse_operator.adapters.kube.kinds import AUTHPULSES, SNAPSHOTS, Json, Kind
from authpulse_operator.api.definitions import VERSION
from authpulse_operator.api.resource import GROUP

kube_config: Final[Any] = untyped
load_in_cluster: Final[Any] = incluster_config.load_incluster_config
FIELD_MANAGER: Final = "kubectl-authpulse"
MERGE_PATCH: Final = "application/merge-patch+json"
SECONDS: Final = (5, 30)
"""To connect, and to answer."""
NAMED_AT_MOST: Final = 10


@dataclass(frozen=True, slots=True)
class Cluster:
    """One namespace of one cluster."""

    namespace: str
    custom: Any
    """A CustomObjectsApi of the Kubernetes package."""
    core: Any
    """A CoreV1Api of it."""

    def find(self, kind: Kind, name: str) -> Json | None:
        """The object, or None. All methods raise AuthPulseError."""
        with _translated(f"get {kind.plural} {self.namespace}/{name}"):
            try:
                found: Json = self.custom.get_namespaced_custom_object(*self._of(kind), name, _request_timeout=SECONDS)
            except ApiException as error:
                if error.status == 404 and _reason(error) == "NotFound":
                    return None
                raise
            return found

    def get(self, kind: Kind, name: str) -> Json:
        """The object. Raises InputError with those that are there."""
        found = self.find(kind, name)
        if found is not None:
            return found
        there = sorted(o["metadata"]["name"] for o in self.all(kind))
        more = f", and {len(there) - NAMED_AT_MOST} more" if len(there) > NAMED_AT_MOST else ""
        known = f"there are {', '.join(there[:NAMED_AT_MOST])}{more}" if there else "there is none"
        raise InputError(f"no {kind.kind} {name} in namespace {self.namespace}; {known}")

    def all(self, kind: Kind) -> list[Json]:
        with _translated(f"list {kind.plural} in {self.namespace}"):
            found = self.custom.list_namespaced_custom_object(*self._of(kind), _request_timeout=SECONDS)
            items: list[Json] = found["items"]
            return items

    def create(self, kind: Kind, document: Mapping[str, Any]) -> Json:
        with _translated(f"create {kind.plural} {self.namespace}/{document['metadata']['name']}"):
            made: Json = self.custom.create_namespaced_custom_object(
                *self._of(kind),
                dict(document),
                field_manager=FIELD_MANAGER,
                field_validation="Strict",
                _request_timeout=SECONDS,
            )
            return made

    def merge(self, kind: Kind, name: str, changes: Mapping[str, Any]) -> Json:
        """The object after a JSON merge patch."""
        with _translated(f"patch {kind.plural} {self.namespace}/{name}"):
            changed: Json = self.custom.patch_namespaced_custom_object(
                *self._of(kind),
                name,
                dict(changes),
                field_manager=FIELD_MANAGER,
                field_validation="Strict",
                _content_type=MERGE_PATCH,
                _request_timeout=SECONDS,
            )
            return changed

    def events(self, kind: Kind, name: str) -> list[Json]:
        """About the object, as the core API gives them."""
        selector = f"involvedObject.kind={kind.kind},involvedObject.name={name}"
        with _translated(f"list events in {self.namespace}"):
            answer = self.core.list_namespaced_event(
                self.namespace, field_selector=selector, _preload_content=False, _request_timeout=SECONDS
            )
            return _items(answer)

    def pods(self, selector: str) -> list[Json]:
        with _translated(f"list pods in {self.namespace}"):
            answer = self.core.list_namespaced_pod(
                self.namespace, label_selector=selector, _preload_content=False, _request_timeout=SECONDS
            )
            return _items(answer)

    def pod_log(self, pod: str, *, lines: int) -> str:
        with _translated(f"read the log of pod {self.namespace}/{pod}"):
            answer = self.core.read_namespaced_pod_log(
                pod, self.namespace, tail_lines=lines, _preload_content=False, _request_timeout=SECONDS
            )
            body: bytes = answer.data
            return body.decode(errors="replace")

    def _of(self, kind: Kind) -> tuple[str, str, str, str]:
        return GROUP, VERSION, self.namespace, kind.plural


def connect(kubeconfig: Path | None, *, context: str | None, namespace: str | None) -> Cluster:
    """As kubectl finds it: that file, else KUBECONFIG's, else ~/.kube/config, else the cluster around a pod.

    Raises PrerequisiteError where there is none, InputError for a file or a context that is not there.
    """
    if kubeconfig is not None and not kubeconfig.is_file():
        raise InputError(f"{kubeconfig}: no such file")
    configuration = client.Configuration()
    configuration.retries = False  # who asks sees the first answer
    named = _load(configuration, kubeconfig, context)
    api = client.ApiClient(configuration)
    return Cluster(namespace or named or "default", client.CustomObjectsApi(api), client.CoreV1Api(api))


def _load(configuration: Any, kubeconfig: Path | None, context: str | None) -> str | None:
    """Fills the configuration; the context's namespace, if it has one."""
    where = str(kubeconfig) if kubeconfig is not None else str(kube_config.KUBE_CONFIG_DEFAULT_LOCATION)
    try:
        files = kube_config.KubeConfigMerger(where).config
        if files is None:
            return _load_surroundings(configuration, ConfigException("no configuration found"), kubeconfig)
        contexts = files.safe_get("contexts") or ()
        there = [str(contexts[n]["name"]) for n in range(len(contexts))]
        if context is not None and context not in there:
            raise InputError(f"no context {context!r}; there are {', '.join(sorted(there)) or 'none'}")
        loader = kube_config.KubeConfigLoader(files, active_context=context, config_base_path=None)
        loader.load_and_set(configuration)
    except ConfigException as error:
        return _load_surroundings(configuration, error, kubeconfig)
    found: str | None = loader.current_context["context"].get("namespace")
    return found


def _load_surroundings(configuration: Any, error: ConfigException, file: Path | None) -> str | None:
    if file is not None:
        raise InputError(f"{file}: {_one_line(error)}") from error
    try:
        load_in_cluster(configuration)
    except ConfigException:
        raise PrerequisiteError(
            f"no cluster ({_one_line(error)}): set KUBECONFIG, or give --kubeconfig FILE"
        ) from error
    namespace = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")
    return namespace.read_text(encoding="utf-8").strip() if namespace.exists() else None


def _items(answer: Any) -> list[Json]:
    items: list[Json] = json.loads(answer.data)["items"]
    return items


@contextmanager
def _translated(doing: str) -> Iterator[None]:
    try:
        yield
    except ApiException as error:
        raise _refusal(error, doing) from error
    except urllib3.exceptions.HTTPError as error:
        raise ReachabilityError(f"{doing}: the API server does not answer: {_one_line(error)}") from error


def _refusal(error: ApiException, doing: str) -> AuthPulseError:
    said = _one_line(_status(error).get("message") or error.reason or "no reason given")
    match error.status:
        case 0 | None:  # what the Kubernetes package makes of a certificate that nobody vouches for
            return ReachabilityError(f"{doing}: the API server cannot be trusted: {_one_line(error.reason)}")
        case 404 if _reason(error) != "NotFound":
            crds = ", ".join(k.plural for k in (AUTHPULSES, SNAPSHOTS))
            return PrerequisiteError(
                f"{doing}: this cluster does not know AuthPulse ({crds}): `kubectl apply -f deploy/crds` installs it"
            )
        case 400 | 404 | 422:
            return InputError(f"{doing}: {said}")
        case 401:
            return AuthPulseError(f"{doing}: the API server does not know you: log in again, or use another context")
        case status if status >= 500:
            return ReachabilityError(f"{doing}: the API server has trouble: {said}")
    return AuthPulseError(f"{doing}: {said}")


def _reason(error: ApiException) -> str:
    return str(_status(error).get("reason", ""))


def _status(error: ApiException) -> Mapping[str, Any]:
    """The Status object of an answer; what is not served is answered in plain text."""
    try:
        said = json.loads(error.body or "")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _one_line(said: object) -> str:
    return " ".join(str(said).split())
