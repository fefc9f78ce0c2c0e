"""Athena for LocalStack: the API in front, SQL over the Iceberg tables of Glue and S3 behind."""

import json
import threading
from pathlib import Path
from typing import Any, NoReturn

from localstack import config
from localstack.aws.api import RequestContext
from localstack.services.plugins import ServiceLifecycleHook
from localstack.utils.aws.request_context import extract_access_key_id_from_auth_header

from authpulse_localstack.athena.api.catalogs import CatalogsApi, TagsApi
from authpulse_localstack.athena.api.named import NamedQueriesApi
from authpulse_localstack.athena.api.prepared import PreparedStatementsApi
from authpulse_localstack.athena.api.queries import QueriesApi
from authpulse_localstack.athena.api.shapes import invalid
from authpulse_localstack.athena.api.workgroups import WorkGroupsApi
from authpulse_localstack.athena.lake.connection import Lake
from authpulse_localstack.athena.runner import Runner
from authpulse_localstack.athena.store import Store
from authpulse_localstack.control.principals import principal_of
from authpulse_localstack.state import keep

STATE_FILE = "athena.json"
_EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - looked for, not bound


def own_endpoint() -> str:
    """Where this server answers, seen from inside: S3 and Glue are asked there."""
    address = config.GATEWAY_LISTEN[0]
    host = "127.0.0.1" if address.host in _EVERYWHERE else address.host
    return f"http://{host}:{address.port}"


def unsupported(context: RequestContext, request: Any) -> NoReturn:
    """For operations that are not done here: notebooks, sessions, capacity reservations, other catalogues."""
    del request
    operation = context.operation.name if context.operation else "the operation"
    raise invalid(f"{operation} is not available in the local Athena")


class AthenaProvider(
    QueriesApi,
    WorkGroupsApi,
    NamedQueriesApi,
    PreparedStatementsApi,
    CatalogsApi,
    TagsApi,
    ServiceLifecycleHook,
):
    """Every account and region has a store of its own, every role in it a lake; they share one runner."""

    service = "athena"

    def __init__(self) -> None:
        self.runner = Runner()
        self._stores: dict[tuple[str, str], Store] = {}
        self._lakes: dict[tuple[str, str, str | None], Lake] = {}
        self._lock = threading.Lock()
        keep("athena", self.save, self.load, before_save=self.runner.stop)

    def store(self, context: RequestContext) -> Store:
        with self._lock:
            return self._stores.setdefault((context.account_id, context.region), Store())

    def lake(self, context: RequestContext) -> Lake:
        """As on AWS, tables and results are reached with the rights of whoever asks."""
        headers: Any = context.request.headers
        access_key = extract_access_key_id_from_auth_header(headers)
        role = principal_of(access_key).role
        key = (context.account_id, context.region, role)
        with self._lock:
            if key not in self._lakes:
                caller = access_key if role and access_key else context.account_id
                lake = Lake(endpoint=own_endpoint(), access_key=caller, region=context.region)
                lake.prepare()
                self._lakes[key] = lake
            return self._lakes[key]

    def work_group_of(self, account: str, region: str, query: str) -> str | None:
        """Of an execution; None for one that is not known."""
        store = self._stores.get((account, region))
        if store is None:
            return None
        with store.lock:
            execution = store.executions.get(query)
        return execution.work_group if execution else None

    def on_before_stop(self) -> None:
        self.runner.stop()

    # what survives a graceful stop; results are objects in S3 and survive with it

    def save(self, folder: Path) -> None:
        (folder / STATE_FILE).write_text(json.dumps(self.saved()))

    def load(self, folder: Path) -> None:
        self.restore(json.loads((folder / STATE_FILE).read_text()))

    def saved(self) -> dict[str, Any]:
        """The stores by "account region", as JSON has them."""
        with self._lock:
            return {f"{account} {region}": store.saved() for (account, region), store in self._stores.items()}

    def restore(self, values: dict[str, Any]) -> None:
        """Raises ValueError for what another version wrote."""
        for key, saved in values.items():
            account, _, region = key.partition(" ")
            with self._lock:
                store = self._stores.setdefault((account, region), Store())
            store.restore(saved)
