"""`kubectl authpulse status --service-levels`: whose CloudWatch is asked, and how the answer is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from authpulse.cli.kubectl import cluster
from authpulse_operator.adapters.aws.session import Session
from doubles.kubectl import FakeKube, ready, resource

VALUES = {
    ("FreshMinutes", "Sum"): 1437.0,
    ("FreshMinutes", "SampleCount"): 1440.0,
    ("FreshnessSeconds", "Maximum"): 12.0,
    ("InvalidRecordPercent", "Sum"): 0.3,
    ("InvalidRecordPercent", "SampleCount"): 30.0,
    ("InvalidRecordPercent", "Maximum"): 0.02,
}
FRESH = "freshness: below 300 s in 99% of minutes: 12 s now, 99.79 % of 1,440 minutes, 79 % of the error budget left"
VALID = (
    "validity: below 0.1 % of records invalid: 0.020 % at worst today, 99.990 % valid in 30 runs of the checks, "
    "90 % of the error budget left"
)


@dataclass
class CloudWatch:
    """Answers for every environment, and keeps where it was asked for which."""

    values: Mapping[tuple[str, str], float] = field(default_factory=lambda: VALUES)
    sessions: list[Session] = field(default_factory=list)
    environments: set[str] = field(default_factory=set)

    def get_metric_data(self, **request: Any) -> dict[str, Any]:
        found = []
        for query in request["MetricDataQueries"]:
            metric, statistic = query["MetricStat"]["Metric"], query["MetricStat"]["Stat"]
            self.environments |= {d["Value"] for d in metric["Dimensions"]}
            value = self.values.get((metric["MetricName"], statistic))
            found.append({"Id": query["Id"], "Values": [] if value is None else [value]})
        return {"MetricDataResults": found}


@pytest.fixture
def kube(monkeypatch: pytest.MonkeyPatch) -> FakeKube:
    made = FakeKube()
    monkeypatch.setattr(cluster, "connect", lambda *_args, **_named: made.cluster)
    return made


@pytest.fixture
def cloudwatch(monkeypatch: pytest.MonkeyPatch) -> CloudWatch:
    made = CloudWatch()

    def client(session: Session, service: str) -> CloudWatch:
        assert service == "cloudwatch"
        made.sessions.append(session)
        return made

    monkeypatch.setattr(Session, "client", client)
    return made


def test_how_the_promises_were_kept_is_shown_where_it_is_asked_for(kube, cloudwatch, kubectl) -> None:
    kube.add("authpulses", resource(ready()))
    ended = kubectl("status", "dev", "--service-levels")
    assert ended.code == 0
    assert f"{FRESH}\n{VALID}\n" in ended.out
    assert ended.out.endswith("next: nothing to do\n")


def test_cloudwatch_is_not_asked_otherwise(kube, cloudwatch, kubectl) -> None:
    kube.add("authpulses", resource(ready()))
    ended = kubectl("status", "dev")
    assert ended.code == 0
    assert "freshness" not in ended.out
    assert "serviceLevels" not in kubectl("status", "dev", "-o", "json").json
    assert not cloudwatch.sessions


def test_asked_is_the_aws_of_the_resource_for_its_environment(kube, cloudwatch, kubectl) -> None:
    place = {"region": "eu-west-1", "account": "111122223333", "endpoint": "http://aws.example:4566"}
    kube.add("authpulses", resource(ready(), environment="prod", aws=place))
    kubectl("status", "dev", "--service-levels")
    assert {(s.region, s.endpoint, s.account) for s in cloudwatch.sessions} == {
        ("eu-west-1", "http://aws.example:4566", "111122223333")
    }
    assert cloudwatch.environments == {"prod"}


def test_for_machines(kube, cloudwatch, kubectl) -> None:
    kube.add("authpulses", resource(ready()))
    fresh, valid = kubectl("status", "dev", "--service-levels", "-o", "json").json["serviceLevels"]
    assert (fresh["name"], fresh["now"], fresh["measured"], fresh["kept"]) == ("freshness", 12.0, 1440, 99.792)
    assert (valid["name"], valid["budget_left"]) == ("validity", 90.0)


def test_where_cloudwatch_does_not_answer_the_rest_is_shown_all_the_same(kube, kubectl) -> None:
    kube.add("authpulses", resource(ready(), aws={"endpoint": "http://127.0.0.1:9"}))
    ended = kubectl("status", "dev", "--service-levels")
    assert ended.code == 0
    assert "service levels cannot be read from CloudWatch" in ended.out
    assert "application authpulse-dev: RUNNING" in ended.out


def test_a_spec_that_this_version_does_not_know_is_said_and_nobody_is_asked(kube, cloudwatch, kubectl) -> None:
    kube.add("authpulses", resource(ready(), fromTheFuture=True))
    ended = kubectl("status", "dev", "--service-levels")
    assert "fromTheFuture" in ended.out
    assert not cloudwatch.sessions
