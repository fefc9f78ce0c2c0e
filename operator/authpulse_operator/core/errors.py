"""What can go wrong while observing or acting, by what helps.

    OperatorError
    ├── Terminal       nothing but another spec helps: Stalled, and healing goes on with what is there
    ├── Recoverable    trying again helps, after a while: throttled, or refused for now
    │   └── Unreachable    nothing answers
    └── Wait           nothing is wrong, it is only too early to look

Adapters map AWS error codes to these in one table; nobody above them sees an AWS exception.
"""

from authpulse.errors import AuthPulseError, ReachabilityError


class OperatorError(AuthPulseError):
    """Base. The message is one line and becomes the message of a condition."""


class Terminal(OperatorError):
    """Needs a new spec."""


class Recoverable(OperatorError):
    """Worth another try after `after_seconds`."""

    def __init__(self, message: str, *, after_seconds: float = 10) -> None:
        super().__init__(message)
        self.after_seconds = after_seconds


class Unreachable(Recoverable):
    """Nobody was there to say no."""

    exit_code = ReachabilityError.exit_code


class Wait(OperatorError):
    """Look again after `after_seconds`."""

    def __init__(self, message: str, *, after_seconds: float = 2) -> None:
        super().__init__(message)
        self.after_seconds = after_seconds
