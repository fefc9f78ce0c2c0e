"""Who is in the network and what each account usually does.

An account is a list of habits: logons that it repeats, each as often in the list as its share. Nearly all of the
traffic is habits; a stray, a logon at a host that is not among the account's own, is rare. Identities are LANL's kinds:
people U<n>@DOM1, local accounts U<n>@C<n>, machine accounts C<n>$@DOM1, SYSTEM@C<n> and ANONYMOUS LOGON@C<n>.
"""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Final

from authpulse.synthetic.dice import Dice
from authpulse.synthetic.hosts import Hosts, make_hosts
from authpulse.synthetic.logons import DOMAIN, MISSING, PRIVILEGES, Logon, ticket

PEOPLE: Final = 12_800  # active on a working day
BUSIEST_PERSON: Final = f"U66@{DOMAIN}"
BUSIEST_PERSON_HOSTS: Final = 127
BUSIEST_PERSON_SHARE: Final = 25  # in a thousand, of what people do
LOCAL_ACCOUNTS_SHARE: Final = 0.03
BUSIEST_MACHINES: Final = 5

_PACKAGE: Final = "MICROSOFT_AUTHENTICATION_PACKAGE_V1_0"
CUT_PACKAGES: Final = tuple(_PACKAGE[:n] for n in (14, 18, 21, 24, 28, 31, 34, 37))  # LANL's column was cut off


@dataclass(frozen=True, slots=True)
class Account:
    """One identity with its habits. `weight` is its share of its population's traffic, in no unit."""

    name: str
    home: str  # the host that it comes from
    habits: tuple[Logon, ...]
    weight: int

    def targets(self) -> set[str]:
        """The hosts that it usually goes to."""
        return {habit.target for habit in self.habits}


@dataclass(frozen=True, slots=True)
class Network:
    """All identities by when they are active. The people around the clock are also among the people at work."""

    hosts: Hosts
    always_on: tuple[Account, ...]
    office_machines: tuple[Account, ...]
    people_at_work: tuple[Account, ...]
    people_around_the_clock: tuple[Account, ...]

    def accounts_by_host(self, keeps: Callable[[Logon], bool]) -> dict[str, int]:
        """How many accounts use each host by habit, among the logons that a log keeps; every host is there."""
        counts: Counter[str] = Counter()
        for population in (self.always_on, self.office_machines, self.people_at_work):
            for account in population:
                counts.update(target for _, target in {(h.account, h.target) for h in account.habits if keeps(h)})
        hosts = self.hosts
        for host in (*hosts.controllers, *hosts.servers, *hosts.always_on, *hosts.workstations, *hosts.lonely):
            counts.setdefault(host, 0)
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def make_network(
    seed: int, scale: float = 1.0, *, people: Collection[str] = (), hosts: Collection[str] = ()
) -> Network:
    """The network of that seed. `people` (user@domain) and `hosts` are in it whatever the dice say."""
    dice = Dice(seed, "network")
    made = make_hosts(scale, dice, hosts)
    machines = [_machine(host, dice, made, rank) for rank, host in enumerate((*made.servers, *made.always_on))]
    office = [_machine(host, dice, made, rank) for rank, host in enumerate((*made.workstations, *made.lonely))]
    humans = _people(
        max(40, round(PEOPLE * scale)), dice, made, people, busiest_hosts=max(6, round(BUSIEST_PERSON_HOSTS * scale))
    )
    around_the_clock = [p for rank, p in enumerate(humans) if _is_around_the_clock(rank)]
    third = len(around_the_clock) // 3
    seldom = [replace(p, weight=max(1, p.weight // 8)) for p in around_the_clock[third:]]
    return Network(
        hosts=made,
        always_on=(*_anonymous(dice, made, machines), *machines),
        office_machines=tuple(office),
        people_at_work=tuple(humans),
        people_around_the_clock=(*around_the_clock[:third], *seldom),
    )


def _is_around_the_clock(rank: int) -> bool:
    """Two of five, whatever their rank: 5,400 of 12,800 people are active at weekends."""
    return rank % 12 in (0, 1, 4, 6, 9)


def _weight(rank: int, flat: int) -> int:
    """Heavy-tailed, by rank from 0; the larger `flat`, the less the first stand out."""
    return max(1, 1_000_000 // (rank + flat))


def _machine(host: str, dice: Dice, hosts: Hosts, rank: int) -> Account:
    """A machine account: it talks to its controller and a server or two, and starts services on itself."""
    name = f"{host}$@{DOMAIN}"
    own = hosts.controller(dice)
    places = (*hosts.servers, *hosts.always_on)
    peers = [] if host in hosts.lonely else dice.few(places, dice.pick((1, 2, 2, 3)), besides=host)
    logons = [Logon(name, name, host, own)] * (5 if peers else 18)
    for peer in peers:
        logons += [Logon(name, name, host, peer)] * (13 // len(peers))
    if peers and dice.happens(0.45):
        system = f"SYSTEM@{host}"
        logons += [Logon(name, system, host, host, "Negotiate", "Service")] * dice.pick((1, 1, 1, 2))
        logons.append(Logon(name, system, host, host, MISSING, MISSING, PRIVILEGES))
        if dice.happens(0.25):
            logons.append(Logon(name, system, host, host, "Negotiate", "Batch"))
    elif peers:
        logons.append(Logon(name, name, host, host, "Negotiate"))
    if dice.happens(0.5):
        logons.append(Logon(name, name, host, own, "NTLM"))
    return Account(
        name,
        host,
        _with_tickets(name, host, own, logons, dice),
        _weight(rank, 400) * (5 if rank < BUSIEST_MACHINES else 1),
    )


def _anonymous(dice: Dice, hosts: Hosts, machines: list[Account]) -> list[Account]:
    """ANONYMOUS LOGON at each controller and at some servers: over NTLM, from many hosts."""
    total = sum(m.weight for m in machines)
    accounts = []
    for rank, host in enumerate((*hosts.controllers, *hosts.servers[:4])):
        name = f"ANONYMOUS LOGON@{host}"
        sources = dice.some((*hosts.always_on, *hosts.servers), 6)
        habits = tuple(Logon(name, name, source, host, "NTLM") for source in sources)
        accounts.append(Account(name, sources[0], habits * 2, max(1, total * 33 // (1000 * (1 + 6 * rank)))))
    return accounts


def _people(count: int, dice: Dice, hosts: Hosts, required: Collection[str], *, busiest_hosts: int) -> list[Account]:
    """From the busiest to the least active."""
    names = list(dict.fromkeys((BUSIEST_PERSON, *required)))
    known = {name.partition("@")[0] for name in names}
    highest = max(11_362, 2 * (count + len(names)))
    while len(names) < count:
        user = f"U{dice.between(1, highest)}"
        if user not in known:
            known.add(user)
            local = dice.happens(LOCAL_ACCOUNTS_SHARE)
            names.append(f"{user}@{dice.pick(hosts.workstations) if local else DOMAIN}")
    names[1:] = dice.some(names[1:], len(names) - 1)
    lit, dark = (dice.some(desks, len(desks)) for desks in (hosts.always_on, hosts.workstations))
    people = []
    for rank, name in enumerate(names):
        desks = lit if _is_around_the_clock(rank) else dark
        wanted = dice.pick(_SERVERS_OF_A_PERSON) if rank else busiest_hosts
        weight = _weight(rank, 13) * (2 if rank < 3 else 1)
        people.append(_person(name, desks[rank % len(desks)], dice, hosts, servers=wanted, weight=weight))
    busiest = sum(p.weight for p in people) * BUSIEST_PERSON_SHARE // 1000
    return [replace(people[0], weight=busiest), *people[1:]]


def _person(name: str, desk: str, dice: Dice, hosts: Hosts, *, servers: int, weight: int) -> Account:
    """Somebody with a desk, a controller, and the servers that the work needs: mostly few, seldom many."""
    domain = name.partition("@")[2]
    if domain.startswith("C"):
        desk = domain
    auth_type = "Kerberos" if domain == DOMAIN else "NTLM"
    own = hosts.controller(dice)
    places = hosts.servers if 3 * servers < len(hosts.servers) else (*hosts.servers, *hosts.always_on)
    usual = dice.few(places, servers, besides=desk)
    logons: list[Logon] = []
    for server in usual:
        logons += [Logon(name, name, desk, server, auth_type)] * max(1, 18 // len(usual))
    if dice.happens(0.5):
        logons[-1:] = [Logon(name, name, desk, usual[-1], "NTLM")] * 2
    logons += [Logon(name, name, desk, own, auth_type)] * 4
    if dice.happens(0.9):
        logons.append(Logon(name, name, desk, desk, "Negotiate", dice.pick(_AT_THE_DESK)))
    if dice.happens(0.12):
        logons.append(Logon(name, name, desk, usual[0], "Negotiate", dice.pick(_AT_A_SERVER)))
    if dice.happens(0.06):
        logons.append(Logon(name, name, desk, usual[0], dice.pick(CUT_PACKAGES)))
    return Account(name, desk, _with_tickets(name, desk, own, logons, dice), weight)


_SERVERS_OF_A_PERSON: Final = (1,) * 60 + (2,) * 70 + (3,) * 40 + (4,) * 18 + (6,) * 7 + (12, 24, 30, 35, 40)
_AT_THE_DESK: Final = ("Interactive",) * 9 + ("Unlock", "Unlock", "CachedInteractive", "NewCredentials")
_AT_A_SERVER: Final = ("Batch",) * 5 + ("RemoteInteractive", "RemoteInteractive", "NetworkCleartext", "Network")


def _with_tickets(name: str, source: str, controller: str, logons: list[Logon], dice: Dice) -> tuple[Logon, ...]:
    """The logons with the tickets that they need, in random order: neighbours in the list happen together."""
    count = len(logons)
    habits = logons + [ticket(name, source, controller, "TGS")] * (count * 26 // 100 + dice.happens(0.3))
    habits += [ticket(name, source, controller, "TGT")] * (count * 13 // 100 + dice.happens(0.3))
    habits += [ticket(name, source, controller, "AuthMap")] * int(dice.happens(0.6))
    return tuple(dice.some(habits, len(habits)))
