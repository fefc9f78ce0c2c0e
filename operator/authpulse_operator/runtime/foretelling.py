"""A plan of what would be done, against the world as it is now. Looks, and nothing else."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from authpulse_operator.api.status import Status
from authpulse_operator.core.case import Case
from authpulse_operator.core.foretelling import Forecast, foretell
from authpulse_operator.core.imagining import Unseen
from authpulse_operator.core.world import Observation
from authpulse_operator.runtime.observing import observe
from authpulse_operator.runtime.passes import Plan, World


def foretell_now(
    plan: Plan, world: World, *, seen_as: Callable[[Observation], Observation] = lambda seen: seen
) -> Forecast:
    """From what is there now, with what `seen_as` makes of it. Raises OperatorError where a part of the world does not
    answer."""
    status = world.status.read()
    observed = seen_as(observe(plan, world, status))
    unseen = Unseen(plan.application, observed.missing_artifacts, observed.shards)
    if observed.missing_foundation:  # then a pass looks no further
        missing = tuple(key for key in plan.artifacts if not world.artifacts.has(key))
        unseen = Unseen(plan.application, missing, world.foundations.open_shards(plan.foundation))
    return foretell(Case(plan.resource, plan.wanted, observed, status, world.clock.now()), unseen)


def foretell_from_memory(plan: Plan, status: Status, seen: Observation, now: datetime) -> Forecast:
    """From what a status is known to say (`core.recalling`). Looks at nothing."""
    known = json.dumps(seen.application.settings.document()) if seen.application else ""
    missing = tuple(key for key in plan.artifacts if key not in known)
    case = Case(plan.resource, plan.wanted, replace(seen, missing_artifacts=missing), status, now)
    return foretell(case, Unseen(plan.application))


def foretell_from_nothing(plan: Plan, now: datetime) -> Forecast:
    """As if there were nothing at all; looks at nothing."""
    observed = Observation(missing_foundation=plan.foundation.parts)
    unseen = Unseen(plan.application, tuple(plan.artifacts))
    return foretell(Case(plan.resource, plan.wanted, observed, Status(), now), unseen)
