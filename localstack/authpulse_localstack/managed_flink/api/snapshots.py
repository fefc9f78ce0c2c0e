"""Application snapshots (legacy mode): savepoints that belong to their application."""

from localstack.aws.api import RequestContext, handler

from authpulse_localstack.managed_flink import shapes, validation
from authpulse_localstack.managed_flink.api.common import Json, ManagedFlinkApi, aws, page
from authpulse_localstack.managed_flink.applications import Application, Snapshot
from authpulse_localstack.managed_flink.errors import InvalidArgument, ResourceNotFound

LONGEST_NAME = 256


class SnapshotsApi(ManagedFlinkApi):
    @handler("CreateApplicationSnapshot", expand=False)
    @aws
    def create_snapshot(self, context: RequestContext, request: Json) -> Json:
        validation.check_name("SnapshotName", request["SnapshotName"], LONGEST_NAME)
        self.lifecycle.take_snapshot(self.application(context, request), request["SnapshotName"])
        return {}

    @handler("DescribeApplicationSnapshot", expand=False)
    @aws
    def describe_snapshot(self, context: RequestContext, request: Json) -> Json:
        snapshot = _find(self.application(context, request), request["SnapshotName"])
        return {"SnapshotDetails": shapes.snapshot(snapshot)}

    @handler("ListApplicationSnapshots", expand=False)
    @aws
    def list_snapshots(self, context: RequestContext, request: Json) -> Json:
        """The newest first."""
        snapshots = sorted(self.application(context, request).snapshots.values(), key=lambda s: s.created, reverse=True)
        shown, token = page(snapshots, request, lambda s: s.name)
        return {"SnapshotSummaries": [shapes.snapshot(s) for s in shown], **token}

    @handler("DeleteApplicationSnapshot", expand=False)
    @aws
    def delete_snapshot(self, context: RequestContext, request: Json) -> Json:
        application = self.application(context, request)
        snapshot = _find(application, request["SnapshotName"])
        given = request["SnapshotCreationTimestamp"].timestamp()
        if int(given) != int(snapshot.created.timestamp()):  # LocalStack cuts what comes in a request to whole seconds
            raise InvalidArgument(f"SnapshotCreationTimestamp is not the one of snapshot {snapshot.name}")
        self.lifecycle.delete_snapshot(application, snapshot)
        return {}


def _find(application: Application, name: str) -> Snapshot:
    snapshot = application.snapshots.get(name)
    if snapshot is None:
        raise ResourceNotFound(f"application {application.name} has no snapshot {name}")
    return snapshot
