"""What a description leaves out: owner, snapshots and operations of an application, each a call of its own.

They are read anew whenever they may have changed: with another version, state or token, while anything is under way,
and for a minute after each write of ours. Otherwise what was read some minutes ago is good enough to look at. It is not
to write by: whose an application is, is asked again right before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final

from authpulse.names import OWNER_TAG
from authpulse_operator.adapters.aws import flink_shapes
from authpulse_operator.adapters.aws.freshness import Now
from authpulse_operator.core.world import ApplicationState, Failure, Operation, Snapshot

if TYPE_CHECKING:
    from mypy_boto3_kinesisanalyticsv2 import KinesisAnalyticsV2Client

GOOD_FOR: Final = timedelta(minutes=5)
TAGS_GOOD_FOR: Final = timedelta(minutes=15)
TAGS_GOOD_TO_WRITE_BY: Final = timedelta(seconds=5)
UNSETTLED_AFTER_WRITE: Final = timedelta(minutes=1)
OPERATIONS_ASKED_FOR: Final = 50
OPERATIONS_KEPT: Final = 10


@dataclass(frozen=True, slots=True)
class Details:
    """Beside a description."""

    snapshots: tuple[Snapshot, ...]
    operations: tuple[Operation, ...]
    failure: Failure | None

    @property
    def are_moving(self) -> bool:
        return any(s.status in ("CREATING", "DELETING") for s in self.snapshots) or any(
            o.status == "IN_PROGRESS" for o in self.operations
        )


@dataclass(slots=True)
class _Known:
    key: tuple[object, ...]
    at: datetime
    details: Details


@dataclass(slots=True)
class _Owner:
    arn: str
    created: datetime
    at: datetime
    name: str | None


@dataclass(slots=True)
class DetailsReader:
    """Reads details of applications, and remembers them."""

    client: "KinesisAnalyticsV2Client"
    now: Now
    _known: dict[str, _Known] = field(default_factory=dict)
    _owners: dict[str, _Owner] = field(default_factory=dict)
    _written: dict[str, datetime] = field(default_factory=dict)

    def written(self, name: str) -> None:
        """A write to the application is about to be made."""
        self._written[name] = self.now()

    def tagged(self, name: str) -> None:
        """Its owner may be another by now."""
        self._owners.pop(name, None)

    def forget(self, name: str) -> None:
        """There is no such application."""
        self._known.pop(name, None)
        self._owners.pop(name, None)

    def of(self, detail: Mapping[str, Any]) -> Details:
        """Of a described application."""
        name, now = detail["ApplicationName"], self.now()
        state = ApplicationState(detail["ApplicationStatus"])
        key = (detail["ApplicationVersionId"], state, detail.get("ConditionalToken"), detail["CreateTimestamp"])
        known, written = self._known.get(name), self._written.get(name)
        is_unsettled = written is not None and now - written < UNSETTLED_AFTER_WRITE
        if (
            known is None
            or known.key != key
            or now - known.at >= GOOD_FOR
            or is_unsettled
            or state.is_in_flight
            or known.details.are_moving
        ):
            known = self._known[name] = _Known(key, now, self._read(name))
        return known.details

    def owner(self, detail: Mapping[str, Any]) -> str | None:
        """The resource that the application is tagged with."""
        name, now, created = detail["ApplicationName"], self.now(), detail["CreateTimestamp"]
        known = self._owners.get(name)
        if known is None or known.created != created or now - known.at >= TAGS_GOOD_FOR:
            arn = detail["ApplicationARN"]
            known = self._owners[name] = _Owner(arn, created, now, self._tagged_owner(arn))
        return known.name

    def has_kept_owner(self, name: str) -> bool:
        """Whether the application is still whose `owner` said, last: a decision rests on that. True of one that was
        never looked at."""
        known = self._owners.get(name)
        if known is None or self.now() - known.at < TAGS_GOOD_TO_WRITE_BY:
            return True
        said, known.at, known.name = known.name, self.now(), self._tagged_owner(known.arn)
        return known.name == said

    def _tagged_owner(self, arn: str) -> str | None:
        tags = self.client.list_tags_for_resource(ResourceARN=arn)["Tags"]
        return {t["Key"]: t.get("Value", "") for t in tags}.get(OWNER_TAG)

    def _read(self, name: str) -> Details:
        pages = self.client.get_paginator("list_application_snapshots").paginate(ApplicationName=name)
        snapshots = [flink_shapes.snapshot(s) for page in pages for s in page["SnapshotSummaries"]]
        listed = self.client.list_application_operations(ApplicationName=name, Limit=OPERATIONS_ASKED_FOR)
        operations = [flink_shapes.operation(o) for o in listed["ApplicationOperationInfoList"]]
        operations.sort(key=lambda o: o.started, reverse=True)
        return Details(
            snapshots=tuple(sorted(snapshots, key=lambda s: s.created, reverse=True)),
            operations=tuple(operations[:OPERATIONS_KEPT]),
            failure=self._failure(name, operations),
        )

    def _failure(self, name: str, newest_first: list[Operation]) -> Failure | None:
        """Of the newest operations, those that failed; the one under way, if any, is not among them."""
        ended = [o for o in newest_first if o.status != "IN_PROGRESS"]
        failed = list(takewhile(lambda o: o.status == "FAILED", ended))
        if not failed:
            return None
        described = self.client.describe_application_operation(ApplicationName=name, OperationId=failed[0].id)
        return flink_shapes.failure(len(failed), described["ApplicationOperationInfoDetails"])
