"""One small pipeline, lived once; every test here looks at what was used in it."""

import pytest

from authpulse.names import Names
from support.local_aws import RunningAws, unique_names
from support.permissions import Use
from support.role_pipeline import SmallPipeline, role_arn


@pytest.fixture(scope="session")
def names() -> Names:
    return unique_names()


@pytest.fixture(scope="session")
def used(local_aws: RunningAws, names: Names, tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[Use]]:
    """By kind of role."""
    SmallPipeline(local_aws, names, tmp_path_factory.mktemp("roles")).live()
    kinds = {role_arn(names, kind): kind for kind in ("job", "operator", "replay", "quality", "aggregates")}
    found: dict[str, set[Use]] = {kind: set() for kind in kinds.values()}
    for noted in local_aws.ask("GET", "/_authpulse/permissions")["permissions"]:
        if noted["role"] in kinds:
            found[kinds[noted["role"]]].add(Use(noted["action"], noted["resource"]))
    return found
