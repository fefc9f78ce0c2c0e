"""What can go wrong while observing or acting, by what helps.

    OperatorError
    ├── Terminal               nothing but another spec helps: Stalled, and healing goes on with what is there
    │   ├── AccessDenied       or another permission
    │   ├── WrongAccount       or other credentials
    │   └── SnapshotRefused    an update or a stop, because the job can take no snapshot: the spec's policy says more
    ├── Recoverable            trying again helps, after a while: throttled, or refused for now
    │   └── Unreachable        nothing answers
    └── Wait                   nothing is wrong, it is only too early to look

`unclear` of a Recoverable says that a write may have taken effect all the same: nothing was heard of it. Adapters map
AWS error codes to these in one table; nobody above them sees an AWS exception.
"""

from typing import ClassVar

from authpulse.errors import AuthPulseError, ReachabilityError
from authpulse_operator.api.reasons import Reason


class OperatorError(AuthPulseError):
    """Base. The message is one line and becomes the message of a condition, with `reason`."""

    reason: ClassVar[Reason] = Reason.OPERATION_FAILED


class Terminal(OperatorError):
    """Needs a new spec."""


class AccessDenied(Terminal):
    """Needs a permission."""

    reason = Reason.ACCESS_DENIED


class WrongAccount(Terminal):
    """The credentials are not of the account that the spec names."""

    reason = Reason.WRONG_ACCOUNT


class SnapshotRefused(Terminal):
    """The service takes a snapshot first, and the job could give none."""

    reason = Reason.SNAPSHOT_REFUSED


class Recoverable(OperatorError):
    """Worth another try after `after_seconds`."""

    def __init__(self, message: str, *, after_seconds: float = 10, unclear: bool = False) -> None:
        super().__init__(message)
        self.after_seconds = after_seconds
        self.unclear = unclear


class Unreachable(Recoverable):
    """Nobody was there to say no."""

    exit_code = ReachabilityError.exit_code


class Wait(OperatorError):
    """Look again after `after_seconds`."""

    reason = Reason.OPERATION_IN_FLIGHT

    def __init__(self, message: str, *, after_seconds: float = 2) -> None:
        super().__init__(message)
        self.after_seconds = after_seconds
