"""The server that the tests here run against: real, with all rights, and able to go away and come back."""

from kubernetes import client

from support.kube import ApiServer


def test_what_is_stored_outlives_the_api_server(api_server: ApiServer, namespace: str) -> None:
    core = client.CoreV1Api(api_server.client())
    core.create_namespaced_config_map(namespace, {"metadata": {"name": "kept"}, "data": {"a": "1"}})
    api_server.stop()
    try:
        assert not api_server.is_ready()
    finally:
        api_server.start()
    assert core.read_namespaced_config_map("kept", namespace).data == {"a": "1"}
