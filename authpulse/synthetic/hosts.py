"""The hosts of the network: domain controllers, servers, machines that are always on, and workstations."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from authpulse.synthetic.dice import Dice

HOSTS: Final = 17_684  # of the whole network, as LANL counts them
ALWAYS_ON_SHARE: Final = 0.232  # 4,085 hosts are the source of something in a night
SERVERS_SHARE: Final = 0.02
LONELY_SHARE: Final = 0.035  # hosts that nobody but themselves uses: what RARE_HOST is about

# LANL's, with how many of 100 accounts have each as theirs. C586 is the target of 13.4 % of all rows.
CONTROLLERS: Final = {"C586": 30, "C612": 19, "C625": 16, "C457": 14, "C467": 11, "C529": 10}


@dataclass(frozen=True, slots=True)
class Hosts:
    """Names by role. `servers` are always on too; `lonely` are among the workstations and not in them."""

    controllers: tuple[str, ...]
    servers: tuple[str, ...]
    always_on: tuple[str, ...]
    workstations: tuple[str, ...]
    lonely: tuple[str, ...]

    def controller(self, dice: Dice) -> str:
        """The controller that an account has as its own."""
        mark = dice.below(100)
        for name in self.controllers:
            mark -= CONTROLLERS[name]
            if mark < 0:
                return name
        return self.controllers[0]


def make_hosts(scale: float, dice: Dice, required: Iterable[str] = ()) -> Hosts:
    """The hosts of a network of that scale (1 is LANL's). Those `required` are workstations, in addition."""
    count = max(40, round(HOSTS * scale))
    required = [name for name in dict.fromkeys(required) if name not in CONTROLLERS]
    order = list(_numbered(count - len(CONTROLLERS), dice, {*CONTROLLERS, *required}))
    servers = max(8, round(count * SERVERS_SHARE))
    always_on = max(servers + 8, round(count * ALWAYS_ON_SHARE))
    lonely = max(2, round(count * LONELY_SHARE))
    return Hosts(
        controllers=tuple(CONTROLLERS),
        servers=tuple(order[:servers]),
        always_on=tuple(order[servers:always_on]),
        lonely=tuple(order[always_on : always_on + lonely]),
        workstations=(*required, *order[always_on + lonely :]),
    )


def _numbered(count: int, dice: Dice, known: set[str]) -> Iterator[str]:
    """Names C<n> that are not known, with numbers as LANL gives them."""
    highest = max(HOSTS, 2 * (count + len(known)))
    while count:
        name = f"C{dice.between(1, highest)}"
        if name not in known:
            known.add(name)
            count -= 1
            yield name
