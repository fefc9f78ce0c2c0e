"""`KubeApi` against a real API server: what comes back, what is refused and how, and what is counted."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from kubernetes.client import Configuration, CoreV1Api
from kubernetes.config import incluster_config

from authpulse.errors import PrerequisiteError
from authpulse_operator.adapters.kube.api import KubeApi
from authpulse_operator.adapters.kube.errors import Absent, Conflict, Refused
from authpulse_operator.adapters.kube.kinds import AUTHPULSES, CRON_JOBS, JOBS, SECRETS, Kind, Owner
from authpulse_operator.core.errors import AccessDenied, Recoverable, Terminal, Unreachable
from doubles.kube import Calls
from support.kube import ApiServer

CONFIG_MAPS = Kind("v1", "ConfigMap", "configmaps")
ROLES = Kind("rbac.authorization.k8s.io/v1", "Role", "roles")


def config_map(namespace: str, name: str = "a", **data: str) -> dict[str, object]:
    return {"metadata": {"namespace": namespace, "name": name}, "data": data}


def test_what_is_made_can_be_read_changed_and_deleted(api: KubeApi, namespace: str, calls: Calls) -> None:
    api.create(CONFIG_MAPS, config_map(namespace, x="1", y="2"))
    assert api.patch(CONFIG_MAPS, namespace, "a", {"data": {"x": None}})["data"] == {"y": "2"}
    found = api.get(CONFIG_MAPS, namespace, "a")
    assert found is not None
    assert found["data"] == {"y": "2"}
    assert api.delete(CONFIG_MAPS, namespace, "a")
    assert api.get(CONFIG_MAPS, namespace, "a") is None
    assert not api.delete(CONFIG_MAPS, namespace, "a")
    assert calls.made == [
        ("create", "configmaps", 201),
        ("patch", "configmaps", 200),
        ("get", "configmaps", 200),
        ("delete", "configmaps", 200),
        ("get", "configmaps", 404),
        ("delete", "configmaps", 404),
    ]


def test_a_list_comes_whole_however_many_pages_it_has(
    api: KubeApi, namespace: str, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("authpulse_operator.adapters.kube.api.PAGE", 2)
    for n in range(5):
        api.create(CONFIG_MAPS, config_map(namespace, f"map-{n}"))
    names = [m["metadata"]["name"] for m in api.list(CONFIG_MAPS, namespace)]
    assert [n for n in names if n.startswith("map-")] == [f"map-{n}" for n in range(5)]
    assert calls.of("list", "configmaps") == 3


def test_a_list_has_what_carries_the_labels(api: KubeApi, namespace: str) -> None:
    labelled = config_map(namespace, "labelled")
    labelled["metadata"]["labels"] = {"a": "b"}  # type: ignore[index]
    api.create(CONFIG_MAPS, labelled)
    api.create(CONFIG_MAPS, config_map(namespace, "plain"))
    assert [m["metadata"]["name"] for m in api.list(CONFIG_MAPS, namespace, selector="a=b")] == ["labelled"]


def test_applying_takes_fields_from_others_and_gives_up_what_it_no_longer_has(
    api: KubeApi, other_api: KubeApi, namespace: str
) -> None:
    api.apply(CONFIG_MAPS, config_map(namespace, x="ours", y="ours"))
    other_api.patch(CONFIG_MAPS, namespace, "a", {"data": {"x": "theirs", "z": "theirs"}})
    assert api.apply(CONFIG_MAPS, config_map(namespace, x="ours"))["data"] == {"x": "ours", "z": "theirs"}


def test_applying_the_same_again_is_no_change(api: KubeApi, namespace: str) -> None:
    first = api.apply(CONFIG_MAPS, config_map(namespace, x="1"))
    again = api.apply(CONFIG_MAPS, config_map(namespace, x="1"))
    assert first["metadata"]["resourceVersion"] == again["metadata"]["resourceVersion"]


def test_making_what_is_there_is_a_conflict(api: KubeApi, namespace: str) -> None:
    api.create(CONFIG_MAPS, config_map(namespace))
    with pytest.raises(Conflict, match=f'create configmaps {namespace}: 409: configmaps "a" already exists'):
        api.create(CONFIG_MAPS, config_map(namespace))


def test_changing_what_is_not_there_says_so(api: KubeApi, namespace: str) -> None:
    with pytest.raises(Absent, match=f"patch configmaps {namespace}/a: 404"):
        api.patch(CONFIG_MAPS, namespace, "a", {"data": {}})


def test_a_version_that_has_moved_is_a_conflict(api: KubeApi, namespace: str) -> None:
    version = api.create(CONFIG_MAPS, config_map(namespace))["metadata"]["resourceVersion"]
    api.patch(CONFIG_MAPS, namespace, "a", {"data": {"x": "1"}})
    with pytest.raises(Conflict):
        api.patch(CONFIG_MAPS, namespace, "a", {"metadata": {"resourceVersion": version}, "data": {"x": "2"}})


def test_another_object_of_the_same_name_is_not_deleted(api: KubeApi, namespace: str) -> None:
    api.create(CONFIG_MAPS, config_map(namespace))
    with pytest.raises(Conflict):
        api.delete(CONFIG_MAPS, namespace, "a", uid="11111111-1111-1111-1111-111111111111")
    assert api.get(CONFIG_MAPS, namespace, "a") is not None


def test_what_cannot_be_is_refused_in_the_servers_words(api: KubeApi, owner: Owner) -> None:
    with pytest.raises(Refused, match=r"422: .*spec\.environment") as refused:
        api.patch(AUTHPULSES, owner.namespace, owner.name, {"spec": {"environment": "NOT-ONE"}})
    assert refused.value.after_seconds == 30
    assert "\n" not in str(refused.value)


def test_what_is_no_object_at_all_takes_another_manifest(api: KubeApi, namespace: str) -> None:
    with pytest.raises(Terminal, match="400"):
        api.create(CONFIG_MAPS, {"metadata": {"namespace": namespace, "name": "a"}, "data": ["no", "mapping"]})


def test_without_the_right_the_message_names_verb_and_resource(api_server: ApiServer, namespace: str) -> None:
    nobody = KubeApi(_configuration(api_server, token=None))
    with pytest.raises(AccessDenied, match=rf'get secrets {namespace}/a: 403: .*cannot get resource "secrets"'):
        nobody.get(SECRETS, namespace, "a")


def test_with_unknown_credentials_it_is_tried_again(api_server: ApiServer, namespace: str) -> None:
    with pytest.raises(Recoverable, match="401"):
        KubeApi(_configuration(api_server, token="unknown")).get(JOBS, namespace, "a")


def test_an_exceeded_quota_is_waited_out(api: KubeApi, namespace: str) -> None:
    quotas = Kind("v1", "ResourceQuota", "resourcequotas")
    hard = {"count/cronjobs.batch": "0"}
    api.create(quotas, {"metadata": {"namespace": namespace, "name": "none"}, "spec": {"hard": hard}})
    api.patch(quotas, namespace, "none", {"status": {"hard": hard, "used": hard}}, subresource="status")
    pod = {"restartPolicy": "Never", "containers": [{"name": "a", "image": "a"}]}
    job = {"schedule": "0 * * * *", "jobTemplate": {"spec": {"template": {"spec": pod}}}}
    with pytest.raises(Recoverable, match="exceeded quota") as refused:
        api.create(CRON_JOBS, {"metadata": {"namespace": namespace, "name": "a"}, "spec": job})
    assert refused.value.after_seconds == 30


def test_a_namespace_that_ends_is_no_question_of_rights(api: KubeApi, api_server: ApiServer, namespace: str) -> None:
    CoreV1Api(api_server.client()).delete_namespace(namespace)
    with pytest.raises(Recoverable, match="is being terminated") as refused:
        api.create(CONFIG_MAPS, config_map(namespace))
    assert refused.value.after_seconds == 5


def test_a_server_that_is_down_is_unreachable_and_then_there_again(
    api: KubeApi, api_server: ApiServer, namespace: str, calls: Calls
) -> None:
    api.create(CONFIG_MAPS, config_map(namespace, x="1"))
    api_server.stop()
    try:
        with pytest.raises(Unreachable, match="the API server does not answer") as unreachable:
            api.patch(CONFIG_MAPS, namespace, "a", {"data": {"x": "2"}})
        assert not unreachable.value.unclear
    finally:
        api_server.start()
    assert calls.made[-1] == ("patch", "configmaps", 0)
    assert api.patch(CONFIG_MAPS, namespace, "a", {"data": {"x": "2"}})["data"] == {"x": "2"}


def test_threads_share_it(api: KubeApi, namespace: str, calls: Calls) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: api.create(CONFIG_MAPS, config_map(namespace, f"map-{n}")), range(40)))
    assert sum(m["metadata"]["name"].startswith("map-") for m in api.list(CONFIG_MAPS, namespace)) == 40
    assert calls.of("create", "configmaps") == 40


def test_in_a_pod_the_service_accounts_token_opens_the_door(
    api_server: ApiServer, namespace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = tmp_path / "token"
    token.write_text(api_server.token)
    monkeypatch.setattr(incluster_config, "SERVICE_TOKEN_FILENAME", str(token))
    monkeypatch.setattr(incluster_config, "SERVICE_CERT_FILENAME", str(api_server.certificate))
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", str(api_server.port))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert KubeApi.connect().get(CONFIG_MAPS, namespace, "none") is None


def test_there_is_no_cluster_without_a_configuration(tmp_path: Path) -> None:
    with pytest.raises(PrerequisiteError, match=r"no cluster: .*set KUBECONFIG"):
        KubeApi.connect(tmp_path / "none")


class Deaf:
    """A server that takes requests, and answers with what it was given or never."""

    def __init__(self, answer: bytes | None) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self._answer = answer
        self._held: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self._held.append(connection)
            connection.recv(65536)
            if self._answer is not None:
                connection.sendall(self._answer)
                connection.close()

    def close(self) -> None:
        self.socket.close()
        for connection in self._held:
            connection.close()


@pytest.fixture
def deaf(request: pytest.FixtureRequest) -> Iterator[Deaf]:
    server = Deaf(request.param)
    yield server
    server.close()


def _answer(status: str, *headers: str, body: str = "") -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "Connection: close"])
    return f"{head}\r\n\r\n{body}".encode()


@pytest.mark.parametrize("deaf", [None, b""], indirect=True, ids=["never answers", "hangs up"])
def test_a_write_that_was_not_answered_is_unclear_and_a_look_is_not(deaf: Deaf) -> None:
    api = KubeApi(Configuration(host=deaf.url), answer_seconds=0.2)
    with pytest.raises(Recoverable, match="no answer came") as write:
        api.patch(CONFIG_MAPS, "n", "a", {})
    assert write.value.unclear
    with pytest.raises(Recoverable) as look:
        api.get(CONFIG_MAPS, "n", "a")
    assert not look.value.unclear


@pytest.mark.parametrize(
    ("deaf", "seconds"),
    [
        (_answer("429 Too Many Requests", "Retry-After: 7"), 7),
        (_answer("429 Too Many Requests"), 1),
        (_answer("503 Service Unavailable"), 5),
        (_answer("500 Internal Server Error", "Retry-After: 2", body="<html>"), 2),
        (_answer("409 Conflict"), 1),
        (_answer("200 OK", body="<html>"), 10),
    ],
    indirect=["deaf"],
    ids=["throttled for so long", "throttled", "a server's fault", "a proxy's page", "too late", "no JSON"],
)
def test_what_passes_is_tried_again_when_the_server_says(deaf: Deaf, seconds: float) -> None:
    with pytest.raises(Recoverable) as refused:
        KubeApi(Configuration(host=deaf.url)).patch(CONFIG_MAPS, "n", "a", {})
    assert refused.value.after_seconds == seconds


def _configuration(server: ApiServer, *, token: str | None) -> Configuration:
    configuration = Configuration(host=server.url)
    configuration.ssl_ca_cert = str(server.certificate)
    if token is not None:
        configuration.api_key = {"authorization": f"Bearer {token}"}
    return configuration
