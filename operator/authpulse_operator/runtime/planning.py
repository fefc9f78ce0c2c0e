"""From a resource to its plan: what it means here, with the code and rules that lie ready."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from authpulse.documents import read_yaml
from authpulse.errors import PrerequisiteError
from authpulse.foundation import Foundation
from authpulse.names import Names
from authpulse_operator.api.resource import AuthPulse
from authpulse_operator.core.meaning import Surroundings, rules_of, settings_of
from authpulse_operator.runtime.passes import Plan

RULES_FIELD = "spec.flink.scoring.rules"


@dataclass(frozen=True, slots=True)
class Material:
    """What comes with the operator: the job's zip, known by its content, and the built-in rules."""

    code: Path
    code_sha256: str
    rules: Mapping[str, object]

    @classmethod
    def read(cls, *, code: Path, rules: Path) -> Self:
        """Raises PrerequisiteError for a zip that is not there, InputError for rules that cannot be read."""
        if not code.is_file():
            raise PrerequisiteError(f"{code}: the job's zip is not there; `make build` makes it, images bring it")
        return cls(code, sha256_of(code), read_yaml(rules))


def plan_of(
    resource: AuthPulse,
    names: Names,
    material: Material,
    *,
    endpoint: str | None,
    popularity: Path | None = None,
    problem: str | None = None,
) -> Plan:
    """What a resource means. `popularity` is a local file in place of the s3:// URI of its spec.

    Raises InputError for rules that are none.
    """
    spec = resource.spec
    artifacts: dict[str, Path] = {}
    popularity_uri = spec.flink.scoring.host_popularity
    if popularity is not None:
        key = f"popularity/{sha256_of(popularity)}.csv"
        artifacts[key], popularity_uri = popularity, f"s3://{names.bucket}/{key}"
    around = Surroundings(names, material.code_sha256, endpoint, popularity_uri)
    wanted = settings_of(spec, around, rules_of(spec, material.rules, RULES_FIELD))
    if spec.flink.code.s3_key is None:
        artifacts[wanted.code_key] = material.code
    ours = spec.foundation == "Create"
    foundation = Foundation(names, spec.stream.shards, spec.stream.retention_hours, ours=ours)
    return Plan(resource, foundation, wanted, artifacts, problem)


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
