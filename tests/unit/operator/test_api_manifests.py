"""The types judge manifests as tests/cluster/test_crd_manifests.py has a real API server judge them."""

from typing import Any

import pytest

from authpulse.errors import InputError
from authpulse_operator.api.definitions import KINDS
from authpulse_operator.api.resource import parse_manifest
from authpulse_operator.api.schema import Schema, structural
from authpulse_operator.api.snapshot import parse_snapshot
from support.manifests import ACCEPTED, REFUSED, Manifest


def parse(case: Manifest) -> Any:
    return (parse_manifest if case.kind == "AuthPulse" else parse_snapshot)(case.document(), "dev.yaml")


@pytest.mark.parametrize("case", ACCEPTED, ids=str)
def test_the_types_accept(case: Manifest) -> None:
    assert parse(case).kind == case.kind


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_the_types_refuse(case: Manifest) -> None:
    with pytest.raises(InputError) as refusal:
        parse(case)
    for part in case.refused_with:
        assert part in str(refusal.value)


def rules(schema: Schema) -> list[Schema]:
    below = [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]
    return [*schema.get("x-kubernetes-validations", ()), *(r for field in below for r in rules(field))]


def test_every_rule_that_is_not_about_a_change_has_a_manifest_that_breaks_it() -> None:
    stated = {r["message"] for kind in KINDS for r in rules(structural(kind.spec)) if "oldSelf" not in r["rule"]}
    assert stated
    assert stated - {part for case in REFUSED for part in case.refused_with} == set()
