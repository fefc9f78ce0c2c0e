"""A synthetic campaign: six attacks, told by what each is to make fire.

As in LANL's red team, an attacker sits on a host and uses stolen accounts from there, over NTLM network logons; the
accounts are people of the network who go on working elsewhere.

    password-spray     many accounts refused from one host, one accepted   SOURCE_FANOUT
    brute-force        one account refused very often, then accepted       BURST_LOGIN, NEW_DEVICE
    lateral-movement   one account reaches host after host                 LATERAL_MOVEMENT, NEW_DEVICE
    takeover           one account goes everywhere, many times             all rules but SOURCE_FANOUT
    stolen-accounts    many accounts, each to a few new hosts              SOURCE_FANOUT, NEW_DEVICE
    quiet-access       one account at hosts that nobody uses               NEW_DEVICE, RARE_HOST
"""

from collections.abc import Iterator
from typing import Final

from authpulse.synthetic.dice import Dice
from authpulse.synthetic.logons import DOMAIN, FAIL, SUCCESS, Logon
from authpulse.synthetic.network import Account, Network
from authpulse.synthetic.planting import Planted
from authpulse.synthetic.rhythm import MINUTE

LONGEST: Final = 40 * MINUTE
FIRST_BEGINS_AT: Final = 0.70  # of the log: accounts have a history by then
NEXT_BEGINS_AFTER: Final = 0.035
SPRAYED: Final = 24
GUESSES: Final = 80
HOSTS_IN_A_ROW: Final = 16

type _Attempt = tuple[Account, str, str]
"""Who, to which host, with which outcome."""


def plan_campaign(network: Network, *, seed: int, start: int, seconds: int) -> list[Planted]:
    """The attacks for a log that begins at `start` and is about so long. Planted in order of time."""
    dice = Dice(seed, "campaign")
    length = max(1, min(LONGEST, seconds // 8))
    attacks = _attacks(network, dice)
    planted: list[Planted] = []
    for number, (name, rules, source, attempts) in enumerate(attacks):
        begin = start + int(seconds * (FIRST_BEGINS_AT + number * NEXT_BEGINS_AFTER))
        steps = list(attempts)
        for step, (account, target, outcome) in enumerate(steps):
            second = begin + (step * length + dice.below(length)) // len(steps)
            logon = Logon(account.name, account.name, source, target, "NTLM", outcome=outcome)
            planted.append(Planted(second, logon, name, rules))
    return sorted(planted, key=lambda p: p.second)


def _attacks(network: Network, dice: Dice) -> Iterator[tuple[str, tuple[str, ...], str, Iterator[_Attempt]]]:
    """Name, rules, the attacker's host and the attempts in order."""
    hosts = network.hosts
    footholds = dice.some(hosts.workstations, 6)
    people = [p for p in network.people_around_the_clock[1:] if p.name.endswith(f"@{DOMAIN}")]
    people.sort(key=lambda p: (-p.weight, p.name))
    busy = dice.some(people[:16], 16)  # with a history even in a short log
    rest = dice.some([p for p in network.people_at_work[1:] if p not in busy], SPRAYED - 4)

    yield "password-spray", ("SOURCE_FANOUT",), footholds[0], _spray([*rest, *busy[:4]])
    yield "brute-force", ("BURST_LOGIN", "NEW_DEVICE"), footholds[1], _guess(busy[4], _new_to(busy[4], hosts.servers))
    rules: tuple[str, ...] = ("LATERAL_MOVEMENT", "NEW_DEVICE")
    yield "lateral-movement", rules, footholds[2], _one_by_one(busy[5], dice.some(hosts.workstations, HOSTS_IN_A_ROW))
    rules = ("LATERAL_MOVEMENT", "BURST_LOGIN", "NEW_DEVICE", "RARE_HOST")
    yield "takeover", rules, footholds[3], _everywhere(busy[6], dice.some(hosts.workstations, 12), hosts.lonely[:6])
    rules = ("SOURCE_FANOUT", "NEW_DEVICE")
    targets = dice.some(hosts.workstations, 28)
    yield "stolen-accounts", rules, footholds[4], _in_turn([*busy[8:], *rest[:6]], targets)
    yield "quiet-access", ("NEW_DEVICE", "RARE_HOST"), footholds[5], _one_by_one(busy[7], hosts.lonely[-3:])


def _controller_of(account: Account) -> str:
    """Where the account gets its tickets."""
    return next(habit.target for habit in account.habits if habit.orientation == "TGT")


def _new_to(account: Account, hosts: tuple[str, ...]) -> str:
    """A host that the account does not go to."""
    usual = account.targets()
    return next((host for host in hosts if host not in usual), hosts[0])


def _spray(accounts: list[Account]) -> Iterator[_Attempt]:
    """Everybody once, each at the own controller; the last password is right."""
    for account in accounts:
        yield account, _controller_of(account), FAIL
    yield accounts[-1], _controller_of(accounts[-1]), SUCCESS


def _guess(account: Account, then: str) -> Iterator[_Attempt]:
    """Again and again, until it is right; then on to another host."""
    for _ in range(GUESSES):
        yield account, _controller_of(account), FAIL
    yield account, _controller_of(account), SUCCESS
    yield account, then, SUCCESS


def _one_by_one(account: Account, targets: list[str] | tuple[str, ...]) -> Iterator[_Attempt]:
    for target in targets:
        yield account, target, SUCCESS


def _everywhere(account: Account, targets: list[str], rare: tuple[str, ...]) -> Iterator[_Attempt]:
    """Five times through some hosts, then to those that nobody uses."""
    for _ in range(5):
        yield from _one_by_one(account, targets)
    yield from _one_by_one(account, rare)


def _in_turn(accounts: list[Account], targets: list[str]) -> Iterator[_Attempt]:
    for number, target in enumerate(targets):
        yield accounts[number % len(accounts)], target, SUCCESS
