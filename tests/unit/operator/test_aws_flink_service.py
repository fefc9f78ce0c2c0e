"""The adapter to Managed Flink where AWS is amiss, how seldom it calls, and shapes that no local AWS has."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from authpulse.names import OWNER_TAG
from authpulse_operator.adapters.aws.flink_service import AwsFlinkService
from authpulse_operator.adapters.aws.session import Session
from authpulse_operator.core import acts
from authpulse_operator.core.errors import (
    AccessDenied,
    OperatorError,
    Recoverable,
    SnapshotRefused,
    Terminal,
    Unreachable,
)
from authpulse_operator.core.settings import OPERATION_GROUP
from authpulse_operator.core.world import Application, ApplicationState, Snapshot
from doubles.cases import NOW, application, resource, settings
from doubles.clock import FakeClock
from doubles.scripted_aws import Answer, HangUp, Refusal, ScriptedAws, scripted_aws

NAME = "authpulse-dev"
THERE = application(resource())
READY = replace(THERE, state=ApplicationState.READY)
AT = 1748854800
INVALID = "InvalidApplicationConfigurationException"
LOCAL_WORDS = (
    "a snapshot of application a cannot be taken: the job is RESTARTING. Repair the job, or disable snapshots."
)
AWS_WORDS = (
    "Failed to take snapshot for the application at this moment. The application is currently experiencing downtime."
)


def described(**changes: Any) -> dict[str, Any]:
    detail = {
        "ApplicationARN": f"arn:aws:kinesisanalytics:us-east-1:000000000000:application/{NAME}",
        "ApplicationName": NAME,
        "RuntimeEnvironment": "FLINK-2_2",
        "ApplicationStatus": "RUNNING",
        "ApplicationVersionId": 3,
        "ConditionalToken": "token-3",
        "CreateTimestamp": AT,
    }
    return {"ApplicationDetail": detail | changes}


def snapshot(name: str, status: str = "READY", at: int = AT) -> dict[str, Any]:
    return {
        "SnapshotName": name,
        "SnapshotStatus": status,
        "ApplicationVersionId": 1,
        "SnapshotCreationTimestamp": at,
    }


def operation(identity: str, kind: str, status: str, at: int = AT) -> dict[str, Any]:
    return {"OperationId": identity, "Operation": kind, "OperationStatus": status, "StartTime": at}


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[ScriptedAws, Session]]:
    """One for all, because making clients takes longer than any test."""
    with scripted_aws() as scripted:
        yield scripted, Session("us-east-1", scripted.endpoint)


@pytest.fixture(scope="module")
def gone() -> Session:
    """Of an AWS that is no longer there."""
    with scripted_aws() as scripted:
        return Session("us-east-1", scripted.endpoint)


@pytest.fixture
def aws(served: tuple[ScriptedAws, Session]) -> ScriptedAws:
    scripted, _ = served
    scripted.reset()
    scripted.answers = {
        "DescribeApplication": described(),
        "ListTagsForResource": {"Tags": [{"Key": OWNER_TAG, "Value": "security/dev"}]},
        "ListApplicationSnapshots": {"SnapshotSummaries": []},
        "ListApplicationOperations": {"ApplicationOperationInfoList": []},
        "TagResource": {},
        "StartApplication": {"OperationId": "op"},
    }
    return scripted


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def service(aws: ScriptedAws, served: tuple[ScriptedAws, Session], clock: FakeClock) -> AwsFlinkService:
    return AwsFlinkService(served[1], now=clock.now)


# -- how often it calls


def looks(service: AwsFlinkService, aws: ScriptedAws, clock: FakeClock, times: int, every: float) -> list[str]:
    aws.asked.clear()
    for _ in range(times):
        service.describe(NAME)
        clock.pass_time(every)
    return aws.operations


def test_an_idle_look_is_one_call_and_seldom_more(aws: ScriptedAws, clock: FakeClock, service: AwsFlinkService) -> None:
    service.describe(NAME)
    calls = looks(service, aws, clock, times=120, every=30)
    assert calls.count("DescribeApplication") == 120
    assert len(calls) <= 1.3 * 120


@pytest.mark.parametrize(
    "changed",
    [
        {"ApplicationVersionId": 4},
        {"ApplicationStatus": "READY"},
        {"ConditionalToken": "another"},
        {"CreateTimestamp": AT + 1},
    ],
    ids=str,
)
def test_what_belongs_to_an_application_that_changed_is_read_anew(
    aws: ScriptedAws, service: AwsFlinkService, changed: dict[str, Any]
) -> None:
    service.describe(NAME)
    aws.answers["ListApplicationSnapshots"] = {"SnapshotSummaries": [snapshot("new")]}
    aws.answers["DescribeApplication"] = described(**changed)
    there = service.describe(NAME)
    assert there is not None
    assert [s.name for s in there.snapshots] == ["new"]


@pytest.mark.parametrize(
    "moving",
    [
        {"DescribeApplication": described(ApplicationStatus="UPDATING")},
        {"ListApplicationSnapshots": {"SnapshotSummaries": [snapshot("new", "CREATING")]}},
        {"ListApplicationOperations": {"ApplicationOperationInfoList": [operation("op", "Start", "IN_PROGRESS")]}},
    ],
    ids=["an application in flight", "a snapshot being taken", "an operation under way"],
)
def test_while_something_moves_every_look_is_fresh(
    aws: ScriptedAws, clock: FakeClock, service: AwsFlinkService, moving: dict[str, Answer]
) -> None:
    aws.answers |= moving
    calls = looks(service, aws, clock, times=10, every=2)
    assert calls.count("ListApplicationSnapshots") == calls.count("ListApplicationOperations") == 10
    assert calls.count("ListTagsForResource") == 1


@pytest.mark.parametrize("answer", [{"OperationId": "op"}, HangUp(), Refusal("ThrottlingException")], ids=str)
def test_for_a_minute_after_a_write_every_look_is_fresh_whatever_came_of_it(
    aws: ScriptedAws, clock: FakeClock, service: AwsFlinkService, answer: Answer
) -> None:
    service.describe(NAME)
    aws.answers["StopApplication"] = answer
    try:
        service.stop(NAME)
    except Recoverable:
        assert answer != {"OperationId": "op"}
    calls = looks(service, aws, clock, times=30, every=4)
    assert calls.count("ListApplicationOperations") == 15  # 0, 4, … 56 seconds after it
    assert calls.count("DescribeApplication") == 30


def test_the_owner_is_read_anew_after_it_was_written(aws: ScriptedAws, service: AwsFlinkService) -> None:
    aws.answers["ListTagsForResource"] = {"Tags": []}
    nobodys = service.describe(NAME)
    assert nobodys is not None
    assert nobodys.owner is None
    service.adopt(nobodys, tags={OWNER_TAG: "security/dev"})
    aws.answers["ListTagsForResource"] = {"Tags": [{"Key": OWNER_TAG, "Value": "security/dev"}]}
    ours = service.describe(NAME)
    assert ours is not None
    assert ours.owner == "security/dev"


WRITES: dict[str, Callable[[AwsFlinkService], object]] = {
    "CreateApplication": lambda s: s.create(NAME, THERE.settings, tags={OWNER_TAG: "security/dev"}),
    "TagResource": lambda s: s.adopt(THERE, tags={OWNER_TAG: "security/dev"}),
    "UpdateApplication": lambda s: s.update(THERE, THERE.settings, restore=acts.LATEST),
    "StartApplication": lambda s: s.start(NAME, restore=acts.NOTHING),
    "StopApplication": lambda s: s.stop(NAME),
    "RollbackApplication": lambda s: s.roll_back(THERE),
    "DeleteApplication": lambda s: s.delete(THERE),
    "CreateApplicationSnapshot": lambda s: s.take_snapshot(NAME, "mine"),
    "DeleteApplicationSnapshot": lambda s: s.delete_snapshot(NAME, Snapshot("mine", "READY", NOW, 1)),
    "UpdateApplicationMaintenanceConfiguration": lambda s: s.set_maintenance_window(NAME, "22:00"),
}


@pytest.mark.parametrize("write", [w for w in WRITES if w != "CreateApplication"])
@pytest.mark.parametrize("tags", [[], [{"Key": OWNER_TAG, "Value": "security/other"}]], ids=["nobody's", "another's"])
def test_nothing_is_written_to_an_application_that_has_become(
    aws: ScriptedAws, clock: FakeClock, service: AwsFlinkService, write: str, tags: list[dict[str, str]]
) -> None:
    aws.answers[write] = described()
    service.describe(NAME)
    aws.answers["ListTagsForResource"] = {"Tags": tags}
    clock.pass_time(60)
    service.describe(NAME)  # which does not ask for the tags
    with pytest.raises(Recoverable, match="somebody else's by now") as caught:
        WRITES[write](service)
    assert not caught.value.unclear
    assert write not in aws.operations
    there = service.describe(NAME)
    assert there is not None
    assert there.owner == (tags[0]["Value"] if tags else None)


@pytest.mark.parametrize("write", WRITES)
def test_whose_an_application_is_is_asked_before_a_write_unless_it_just_was(
    aws: ScriptedAws, clock: FakeClock, service: AwsFlinkService, write: str
) -> None:
    aws.answers[write] = described()
    service.describe(NAME)
    WRITES[write](service)
    assert aws.operations.count("ListTagsForResource") == 1
    service.describe(NAME)
    aws.asked.clear()
    clock.pass_time(60)
    WRITES[write](service)
    assert [o for o in aws.operations if o != "DescribeApplication"] == ["ListTagsForResource", write]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [(Refusal("InternalFailure", 500), Recoverable), (HangUp(), Unreachable), (Refusal("AccessDenied"), AccessDenied)],
    ids=str,
)
def test_without_an_answer_about_whose_it_is_nothing_is_written(
    aws: ScriptedAws, clock: FakeClock, service: AwsFlinkService, answer: Answer, kind: type[OperatorError]
) -> None:
    service.describe(NAME)
    clock.pass_time(60)
    aws.answers["ListTagsForResource"] = answer
    with pytest.raises(OperatorError) as caught:
        service.start(NAME, restore=acts.NOTHING)
    assert type(caught.value) is kind
    assert not getattr(caught.value, "unclear", False)
    assert "StartApplication" not in aws.operations


# -- what is amiss


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize(
    ("answer", "kind", "unclear"),
    [
        (Refusal("ThrottlingException"), Recoverable, False),
        (Refusal("TooManyRequestsException", 429), Recoverable, False),
        (Refusal("InternalFailure", 500), Recoverable, True),
        (Refusal("NobodyKnowsException", 503), Recoverable, True),
        (HangUp(), Unreachable, True),
        (Refusal("ConcurrentModificationException"), Recoverable, False),
        (Refusal("ResourceInUseException"), Recoverable, False),
        (Refusal("ExpiredTokenException"), Recoverable, False),
        (Refusal("AccessDeniedException"), AccessDenied, False),
        (Refusal("UnrecognizedClientException"), AccessDenied, False),
        (Refusal("InvalidArgumentException"), Terminal, False),
    ],
    ids=str,
)
def test_a_write_that_fails(
    aws: ScriptedAws, service: AwsFlinkService, write: str, answer: Answer, kind: type[OperatorError], unclear: bool
) -> None:
    aws.answers[write] = answer
    with pytest.raises(OperatorError) as caught:
        WRITES[write](service)
    assert type(caught.value) is kind
    assert getattr(caught.value, "unclear", False) is unclear
    assert aws.operations.count(write) == 1  # nothing is tried again behind the loop's back
    if kind is AccessDenied:
        assert f"(calling {write})" in str(caught.value)


@pytest.mark.parametrize("write", WRITES)
def test_a_write_that_was_never_sent_is_clear(gone: Session, write: str) -> None:
    with pytest.raises(Unreachable) as caught:
        WRITES[write](AwsFlinkService(gone))
    assert not caught.value.unclear


@pytest.mark.parametrize(
    "operation",
    ["DescribeApplication", "ListTagsForResource", "ListApplicationSnapshots", "ListApplicationOperations"],
)
@pytest.mark.parametrize("answer", [Refusal("InternalFailure", 500), HangUp()], ids=str)
def test_a_look_that_fails_is_worth_another(
    aws: ScriptedAws, service: AwsFlinkService, operation: str, answer: Answer
) -> None:
    aws.once[operation] = [answer]
    with pytest.raises(Recoverable) as caught:
        service.describe(NAME)
    assert not caught.value.unclear
    assert service.describe(NAME) is not None


# -- what only words tell apart


@pytest.mark.parametrize("words", [LOCAL_WORDS, AWS_WORDS])
@pytest.mark.parametrize("write", ["UpdateApplication", "StopApplication"])
def test_a_job_that_can_take_no_snapshot_is_known_by_the_services_words(
    aws: ScriptedAws, service: AwsFlinkService, write: str, words: str
) -> None:
    aws.answers[write] = Refusal(INVALID, message=words)
    with pytest.raises(SnapshotRefused, match=r"snapshot (of|for)"):
        WRITES[write](service)


@pytest.mark.parametrize(
    ("write", "call", "words"),
    [
        ("UpdateApplication", WRITES["UpdateApplication"], "kinesis.analytics.flink.run.options: python is missing"),
        ("UpdateApplication", lambda s: s.update(READY, READY.settings, restore=acts.LATEST), AWS_WORDS),
        ("StopApplication", lambda s: s.stop(NAME, force=True), AWS_WORDS),
        ("StartApplication", WRITES["StartApplication"], AWS_WORDS),
    ],
    ids=["about something else", "of a stopped application", "by force", "at a start"],
)
def test_other_words_are_about_the_spec(
    aws: ScriptedAws, service: AwsFlinkService, write: str, call: Callable[[AwsFlinkService], object], words: str
) -> None:
    aws.answers[write] = Refusal(INVALID, message=words)
    with pytest.raises(Terminal) as caught:
        call(service)
    assert type(caught.value) is Terminal


def test_a_snapshot_of_a_job_that_can_take_none_now_is_tried_again(aws: ScriptedAws, service: AwsFlinkService) -> None:
    aws.answers["CreateApplicationSnapshot"] = Refusal(INVALID, message=AWS_WORDS)
    with pytest.raises(Recoverable, match="Failed to take snapshot"):
        service.take_snapshot(NAME, "mine")


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Snapshot mine not found", Terminal),
        ("application authpulse-dev has no snapshot mine", Terminal),
        ("Application authpulse-dev does not exist", Recoverable),
    ],
)
def test_only_a_snapshot_that_is_named_and_lost_ends_a_start(
    aws: ScriptedAws, service: AwsFlinkService, words: str, kind: type[OperatorError]
) -> None:
    aws.answers["StartApplication"] = Refusal("ResourceNotFoundException", message=words)
    with pytest.raises(OperatorError) as caught:
        service.start(NAME, restore=acts.named("mine"))
    assert type(caught.value) is kind


def test_a_snapshot_that_is_not_there_is_deleted_already(aws: ScriptedAws, service: AwsFlinkService) -> None:
    aws.answers["DeleteApplicationSnapshot"] = Refusal("ResourceNotFoundException")
    service.delete_snapshot(NAME, Snapshot("mine", "READY", NOW, 1))


# -- shapes


@pytest.mark.parametrize(
    ("restore", "said"),
    [
        (acts.LATEST, {"ApplicationRestoreType": "RESTORE_FROM_LATEST_SNAPSHOT"}),
        (acts.NOTHING, {"ApplicationRestoreType": "SKIP_RESTORE_FROM_SNAPSHOT"}),
        (acts.named("mine"), {"ApplicationRestoreType": "RESTORE_FROM_CUSTOM_SNAPSHOT", "SnapshotName": "mine"}),
    ],
    ids=str,
)
def test_what_a_job_begins_with_is_said_at_every_start(
    aws: ScriptedAws, service: AwsFlinkService, restore: acts.Restore, said: dict[str, str]
) -> None:
    assert service.start(NAME, restore=restore) == "op"
    run = aws.asked[-1].body["RunConfiguration"]
    assert run["ApplicationRestoreConfiguration"] == said
    assert run["FlinkRunConfiguration"] == {"AllowNonRestoredState": False}


def test_an_application_in_a_network_is_described_as_it_was_created(aws: ScriptedAws, service: AwsFlinkService) -> None:
    vpc = {"subnetIds": ["subnet-1", "subnet-2"], "securityGroupIds": ["sg-1"]}
    of = resource(flink={"vpc": vpc, "logging": {"level": "WARN", "metricsLevel": "TASK"}, "restartNonce": 7})
    wanted = settings(of)
    assert wanted.subnet_ids == ("subnet-1", "subnet-2")
    assert OPERATION_GROUP in wanted.property_groups
    aws.answers["CreateApplication"] = described()
    service.create(NAME, wanted, tags={OWNER_TAG: "security/dev"})
    aws.answers["DescribeApplication"] = as_described(aws.asked[-1].body)
    there = service.describe(NAME)
    assert there is not None
    assert there.settings == wanted


def as_described(request: dict[str, Any]) -> dict[str, Any]:
    """A request of CreateApplication as the service describes what comes of it."""
    asked = request["ApplicationConfiguration"]
    code = asked["ApplicationCodeConfiguration"]
    groups = asked["EnvironmentProperties"]["PropertyGroups"]
    configuration = {
        "ApplicationCodeConfigurationDescription": {
            "CodeContentType": code["CodeContentType"],
            "CodeContentDescription": {
                "S3ApplicationCodeLocationDescription": code["CodeContent"]["S3ContentLocation"]
            },
        },
        "FlinkApplicationConfigurationDescription": {
            f"{part}Description": values for part, values in asked["FlinkApplicationConfiguration"].items()
        },
        "EnvironmentPropertyDescriptions": {"PropertyGroupDescriptions": groups},
        "ApplicationSnapshotConfigurationDescription": asked["ApplicationSnapshotConfiguration"],
        "VpcConfigurationDescriptions": [
            {"VpcConfigurationId": "1.1", "VpcId": "vpc-1", **v} for v in asked["VpcConfigurations"]
        ],
    }
    return described(
        ServiceExecutionRole=request["ServiceExecutionRole"],
        ApplicationConfigurationDescription=configuration,
        CloudWatchLoggingOptionDescriptions=[
            {"CloudWatchLoggingOptionId": "1", **o} for o in request.get("CloudWatchLoggingOptions", [])
        ],
    )


def test_an_application_of_another_kind_is_described_all_the_same(aws: ScriptedAws, service: AwsFlinkService) -> None:
    aws.answers["DescribeApplication"] = described(
        RuntimeEnvironment="SQL-1_0",
        ApplicationStatus="HIBERNATING",
        ApplicationConfigurationDescription={"SqlApplicationConfigurationDescription": {}},
    )
    there = service.describe(NAME)
    assert there is not None
    assert (there.state, there.settings.code_key) == (ApplicationState.UNKNOWN, "")


def test_snapshots_and_operations_are_the_newest_first(aws: ScriptedAws, service: AwsFlinkService) -> None:
    aws.once["ListApplicationSnapshots"] = [
        {"SnapshotSummaries": [snapshot("old", at=AT)], "NextToken": "old"},
        {"SnapshotSummaries": [snapshot("new", at=AT + 9), snapshot("broken", "FAILED", at=AT + 20)]},
    ]
    aws.answers["ListApplicationOperations"] = {
        "ApplicationOperationInfoList": [
            operation("a", "StartApplication", "SUCCESSFUL"),
            operation("b", "UpdateApplication", "FAILED", at=AT + 5),
            operation("c", "StartApplication", "FAILED", at=AT + 10),
            operation("d", "StartApplication", "IN_PROGRESS", at=AT + 15),
        ]
    }
    aws.answers["DescribeApplicationOperation"] = {
        "ApplicationOperationInfoDetails": {
            "Operation": "StartApplication",
            "OperationStatus": "FAILED",
            "StartTime": AT + 10,
            "EndTime": AT + 12,
            "OperationFailureDetails": {"ErrorInfo": {"ErrorString": "no such\ncolumn"}},
        }
    }
    there = service.describe(NAME)
    assert isinstance(there, Application)
    assert [s.name for s in there.snapshots] == ["broken", "new", "old"]
    assert [s.name for s in there.restorable] == ["new", "old"]
    assert [o.id for o in there.operations] == ["d", "c", "b", "a"]
    assert there.failure is not None
    assert (there.failure.times, there.failure.message) == (2, "no such column")
    assert there.failure.at.timestamp() == AT + 12
