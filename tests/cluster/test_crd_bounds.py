"""Every bound of every field holds alike for the types and for a real API server."""

from collections.abc import Iterator
from typing import Any

import pytest
from kubernetes.client.exceptions import ApiException

from authpulse.errors import InputError
from authpulse_operator.api.definitions import AUTHPULSE, KINDS, Kind
from authpulse_operator.api.resource import parse_manifest
from authpulse_operator.api.schema import structural
from authpulse_operator.api.snapshot import parse_snapshot
from support.kube import ApiServer, Resources
from support.manifests import document
from support.probes import fields, probes


def places() -> Iterator[Any]:
    for kind in KINDS:
        for path, _ in fields(structural(kind.spec)):
            yield pytest.param(kind, path, id=f"{kind.kind}.{path}")


def types_accept(kind: Kind, spec: dict[str, Any]) -> bool:
    parse = parse_manifest if kind is AUTHPULSE else parse_snapshot
    try:
        parse(document(kind.kind, spec, name="probe"), "probe")
    except InputError:
        return False
    return True


def server_accepts(store: Resources, kind: Kind, spec: dict[str, Any]) -> bool:
    try:
        store.create(document(kind.kind, spec, name="probe"), dry_run="All")
    except ApiException as refusal:
        if refusal.status in (400, 422):
            return False
        raise
    return True


@pytest.mark.parametrize(("kind", "path"), list(places()))
def test_the_types_and_the_api_server_agree_about_a_field(kind: Kind, path: str, api_server: ApiServer) -> None:
    store = Resources(api_server, "default", kind.plural)
    schema = structural(kind.spec)
    judged = [(p, types_accept(kind, p.spec), server_accepts(store, kind, p.spec)) for p in probes(schema, path)]
    assert [(p.value, types, server) for p, types, server in judged if types != server] == []
    assert [p.value for p, types, _ in judged if p.is_beyond and types] == []
    assert {p.is_beyond for p, _, _ in judged} >= {True}
