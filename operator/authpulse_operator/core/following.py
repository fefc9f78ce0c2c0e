"""Acts that follow each other at once under one intent: an application that is created is started.

A creation takes one write of the status less for it. The status says from the beginning what the second act would have
it say; whether that act is still the one to do is decided anew when the first is done.
"""

from dataclasses import replace

from authpulse_operator.api.status import Intent
from authpulse_operator.core import acts
from authpulse_operator.core.case import Case, Decision
from authpulse_operator.core.deciding import decide
from authpulse_operator.core.imagining import Unseen, after
from authpulse_operator.core.settling import FOLLOWS_WITHIN


def following(case: Case, decision: Decision, *, application: str) -> tuple[Case, Decision] | None:
    """The case and decision that the act of a decision leads to, if that can be done under the same intent.

    `application` is the name that one would be created under.
    """
    if not isinstance(decision.act, acts.CreateApplication):
        return None
    nothing_sent = case.status.model_copy(update={"intent": None})
    created = replace(case, status=nothing_sent, observed=after(decision.act, case, Unseen(application)))
    then = decide(created)
    return (created, then) if isinstance(then.act, acts.StartApplication) else None


def is_announced(decision: Decision, intent: Intent, case: Case) -> bool:
    """The intent of the act before covers this decision: it is what was to follow, and it is still time for it."""
    return type(decision.act).__name__ == intent.then and case.now - intent.at < FOLLOWS_WITHIN
