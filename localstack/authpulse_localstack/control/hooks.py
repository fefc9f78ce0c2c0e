"""Wires faults, calls and saved state into LocalStack: its hooks call these functions at start and at stop."""

import logging
import os
import time
from pathlib import Path
from typing import Any, cast

from localstack.aws import handlers
from localstack.aws.api import RequestContext
from localstack.http import Request
from localstack.runtime import get_current_runtime
from localstack.services.edge import ROUTER
from localstack.services.plugins import SERVICE_PLUGINS
from rolo.gateway import HandlerChain
from rolo.response import Response

from authpulse_localstack.control.faults import Faults
from authpulse_localstack.control.heap import settle_survivors
from authpulse_localstack.control.noting import CALLS, USES, note
from authpulse_localstack.state.keeper import KEEPER
from authpulse_localstack.wire import aws_error

LOG = logging.getLogger(__name__)
FAULTS = Faults()


def on_start() -> None:
    """Routes, handlers, and the state of last time."""
    settle_survivors()
    router: Any = ROUTER  # its annotations know other requests than it gives
    router.add("/_authpulse/faults", _faults, methods=["GET", "POST", "DELETE"])
    router.add("/_authpulse/calls", _calls, methods=["GET"])
    router.add("/_authpulse/permissions", _permissions, methods=["GET", "DELETE"])
    router.add("/_authpulse/incarnation", _incarnation, methods=["GET"])
    handlers.serve_custom_service_request_handlers.append(_meet_fault)
    handlers.run_custom_response_handlers.append(_note_call)
    if state := _state():
        from authpulse_localstack.state.services import SERVICES, keep_service

        for name in KEEPER.begin(state):
            SERVICE_PLUGINS.require(name)  # our own providers take their state when they are made
            if name in SERVICES:
                keep_service(name)


def on_stop() -> None:
    """Saves everything; what cannot be saved is said, and nothing half saved is left."""
    if state := _state():
        from authpulse_localstack.state.services import keep_loaded_services

        keep_loaded_services()
        KEEPER.save(state)
        LOG.info("state saved in %s", state)


def _state() -> Path | None:
    folder = os.environ.get("AUTHPULSE_LOCAL_STATE")
    return Path(folder) if folder else None


def _meet_fault(chain: HandlerChain[Any], context: RequestContext, response: Response) -> None:
    if context.service is None or context.operation is None or context.is_internal_call:
        return
    fault = FAULTS.take(context.service.service_name, context.operation.name)
    if fault is None:
        return
    time.sleep(fault.delay_seconds)
    if fault.error is None:
        return
    if fault.after_effect:
        gateway: Any = get_current_runtime().components.gateway
        gateway.service_request_router(chain, context, response)
    raise aws_error(fault.error, fault.message, fault.status)


def _note_call(chain: HandlerChain[Any], context: RequestContext, response: Response) -> None:  # noqa: ARG001
    if context.service is None or context.operation is None:
        return
    error = context.service_exception
    authorization = context.request.headers.get("Authorization", "")
    note(
        service=context.service.service_name,
        operation=context.operation.name,
        request=cast("dict[str, Any] | None", context.service_request) or {},
        account=context.account_id,
        region=context.region,
        access_key=authorization.partition("Credential=")[2].partition("/")[0] or None,
        status=response.status_code,
        error=error.code if error else None,
        is_internal=context.is_internal_call,
    )


def _faults(request: Request) -> Any:
    if request.method == "DELETE":
        FAULTS.clear()
    elif request.method == "POST":
        try:
            FAULTS.arm(request.get_json(force=True))
        except (ValueError, TypeError) as error:
            return Response(f"{error}\n", status=400)
    return {"faults": FAULTS.listed()}


def _calls(request: Request) -> Any:
    return {"calls": CALLS.listed(service=request.args.get("service"), since=float(request.args.get("since", 0)))}


def _permissions(request: Request) -> Any:
    if request.method == "DELETE":
        USES.clear()
    return {"permissions": USES.listed()}


def _incarnation(_request: Request) -> Any:
    return {"id": KEEPER.incarnation, "loaded": KEEPER.loaded}
