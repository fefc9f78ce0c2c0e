"""What was looked up, and how long it may be used: an idle look at a pipeline should cost next to nothing."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

Now = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Looked[T]:
    """Values by key, each good for `for_seconds` after it was looked up."""

    now: Now
    for_seconds: float
    _found: dict[Hashable, tuple[datetime, T]] = field(default_factory=dict)

    def get(self, key: Hashable, look: Callable[[], T], *, keep: Callable[[T], bool] = lambda _: True) -> T:
        """The value, looked up if it is not there, too old, or was not worth keeping. What `look` raises is raised, and
        nothing is kept then."""
        found = self._found.get(key)
        if found is not None and self.now() - found[0] < timedelta(seconds=self.for_seconds):
            return found[1]
        self._found.pop(key, None)
        value = look()
        if keep(value):
            self._found[key] = (self.now(), value)
        return value

    def forget(self, key: Hashable) -> None:
        self._found.pop(key, None)
