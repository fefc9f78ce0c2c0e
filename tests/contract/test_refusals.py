"""What AWS refuses comes out of the adapters in the core's words: Terminal, Recoverable or Unreachable."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from authpulse.foundation import Foundation
from authpulse.names import OWNER_TAG, Names
from authpulse_operator.adapters.aws.artifacts import AwsArtifactStore
from authpulse_operator.adapters.aws.flink_service import AwsFlinkService
from authpulse_operator.adapters.aws.foundations import AwsFoundations
from authpulse_operator.adapters.aws.session import Session
from authpulse_operator.adapters.local.local_aws import free_port
from authpulse_operator.core import acts
from authpulse_operator.core.errors import AccessDenied, OperatorError, Recoverable, Terminal, Unreachable
from doubles.cases import resource, settings
from support.local_aws import REGION, RunningAws

SERVICES: dict[str, Callable[[Session, Names], object]] = {
    "kinesis": lambda session, names: AwsFoundations(session).open_shards(Foundation(names, 1)),
    "s3": lambda session, names: AwsArtifactStore(session, names.bucket).has("code/a.zip"),
    "glue": lambda session, names: AwsFoundations(session).missing(Foundation(names, 1)),
    "athena": lambda session, names: AwsFoundations(session).missing(Foundation(names, 1)),
}


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("ThrottlingException", 429, Recoverable),
        ("AccessDeniedException", 403, AccessDenied),
        ("InternalFailure", 500, Recoverable),
        ("NobodyKnowsException", 503, Recoverable),
        ("NobodyKnowsException", 400, Terminal),
    ],
)
def test_a_refusal(
    aws: RunningAws, names: Names, service: str, code: str, status: int, error: type[OperatorError]
) -> None:
    with aws.failing(service, "*", code, status=status), pytest.raises(error) as caught:
        SERVICES[service](aws.session, names)
    assert type(caught.value) is error
    assert len(str(caught.value).splitlines()) == 1
    assert (str(status) if service == "s3" else code) in str(caught.value)  # an answer to HEAD has no body


@pytest.mark.parametrize("service", SERVICES)
def test_nobody_there(names: Names, service: str) -> None:
    with pytest.raises(Unreachable, match="AWS does not answer"):
        SERVICES[service](Session(REGION, f"http://127.0.0.1:{free_port()}"), names)


def test_a_write_that_took_effect_unseen_is_seen_by_the_next_look(aws: RunningAws, names: Names) -> None:
    foundations, foundation = AwsFoundations(aws.session), Foundation(names, shards=1)
    with (
        aws.failing("kinesis", "CreateStream", "InternalFailure", status=500, after_effect=True),
        pytest.raises(Recoverable, match=rf"making stream {names.stream}: InternalFailure") as caught,
    ):
        foundations.make(foundation)
    assert caught.value.unclear
    assert f"stream {names.stream}" not in foundations.missing(foundation)
    foundations.make(foundation)
    assert foundations.missing(foundation) == ()


def test_an_update_that_took_effect_unseen_is_found_by_its_operation_and_not_done_twice(
    aws: RunningAws, names: Names
) -> None:
    wanted = replace(settings(resource()), bucket=names.bucket, role_arn=names.job_role_arn, log_stream_arn=None)
    aws.client("s3").create_bucket(Bucket=names.bucket)
    aws.client("s3").put_object(Bucket=names.bucket, Key=wanted.code_key, Body=b"code")
    service, name = AwsFlinkService(aws.session), names.application
    service.create(name, wanted, tags={OWNER_TAG: "security/dev"})
    before = service.describe(name)
    assert before is not None
    changed = replace(wanted, parallelism=7)
    with (
        aws.failing("kinesisanalyticsv2", "UpdateApplication", "InternalFailure", status=500, after_effect=True),
        pytest.raises(Recoverable, match="InternalFailure") as caught,
    ):
        service.update(before, changed, restore=acts.NOTHING)
    assert caught.value.unclear
    after = service.describe(name)
    assert after is not None
    assert (after.settings, after.version_id) == (changed, before.version_id + 1)
    assert [o.kind for o in after.operations] == ["UpdateApplication"]
    with pytest.raises(Recoverable, match="ConcurrentModificationException") as caught:
        service.update(before, changed, restore=acts.NOTHING)
    assert not caught.value.unclear


def test_a_profile_that_does_not_exist_is_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(Terminal, match=r"preparing to call kinesisanalyticsv2: .*\(nobody\)"):
        AwsFlinkService(Session(REGION))
