"""UpdateTable refuses a change that was made on an older state than the table's, as the service does.

moto ignores both guards, so two Iceberg writers would overwrite each other's commits without noticing.
"""

import threading
from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.services.moto import call_moto
from moto.glue.exceptions import TableNotFoundException
from moto.glue.models import glue_backends

from authpulse_localstack.wire import aws_error

Json = dict[str, Any]


class GlueOverrides:
    """The operations that moto gets wrong; all others are moto's."""

    service = "glue"

    def __init__(self) -> None:
        self._lock = threading.Lock()

    @handler("UpdateTable", expand=False)
    def update_table(self, context: RequestContext, request: Json) -> Any:
        table = request["TableInput"]
        with self._lock:
            current = self._current(context, request["DatabaseName"], table["Name"])
            if current is not None:
                self._refuse_stale(request, current)
            return call_moto(context)

    @staticmethod
    def _current(context: RequestContext, database: str, name: str) -> Json | None:
        try:
            found: Json = glue_backends[context.account_id][context.region].get_table(database, name).as_dict()
        except TableNotFoundException:
            return None  # moto says so in its own words
        return found

    @staticmethod
    def _refuse_stale(request: Json, current: Json) -> None:
        """By the version that the caller saw, and by the metadata file that an Iceberg commit says it replaces."""
        expected, version = request.get("VersionId"), str(current.get("VersionId"))
        replaced = (request["TableInput"].get("Parameters") or {}).get("previous_metadata_location")
        metadata = (current.get("Parameters") or {}).get("metadata_location")
        if expected is not None and str(expected) != version:
            raise _conflict(f"the table is at version {version}, not {expected}")
        if replaced and metadata and replaced != metadata:
            raise _conflict(f"the table's metadata is {metadata}, not {replaced}")


def _conflict(why: str) -> Exception:
    return aws_error("ConcurrentModificationException", f"Update table failed due to concurrent modifications: {why}.")
