"""Giving a deployment up: what is remembered of it, so that it is not tried again."""

from collections.abc import Mapping

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.status import Failed
from authpulse_operator.core.case import Case


def is_on_trial(case: Case) -> bool:
    """What is wanted is deployed and has not passed the gate, and there is something that did."""
    application, stable = case.application, case.status.last_stable
    if application is None or stable is None or case.is_rolled_back or case.stable_is_deployed:
        return False
    return application.settings.id == case.scaled.id


def given_up(case: Case, why: str) -> Mapping[str, object]:
    """The record of a decision that gives up what is on trial."""
    failed = Failed(
        id=case.scaled.id,
        generation=case.resource.metadata.generation,
        wanted=case.wanted.id,
        reason=Reason.UNHEALTHY,
        message=why,
        at=case.now,
    )
    return {"failed": failed}
