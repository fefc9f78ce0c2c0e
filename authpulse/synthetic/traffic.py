"""The background: what all accounts do second by second, as an endless stream of line bodies.

Each of the four populations is a table of accounts, as often in it as their weight says. A second draws some accounts,
each of them does one to four neighbouring habits at once, and sessions are logged off some seconds later. An account
that is drawn for the first time goes round its usual hosts: it begins to work. Bodies are made once per habit, so a row
costs a slice and a join. Memory is the tables' and the sessions' that are open.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from authpulse.synthetic.dice import Dice
from authpulse.synthetic.logons import FAIL, Logon
from authpulse.synthetic.network import Account, Network
from authpulse.synthetic.rhythm import DAY, HOUR, Rates, Rhythm
from authpulse.synthetic.shapes import Shape

SLOTS: Final = 1 << 16  # of a population's table
LARGEST_CLUSTER: Final = 4  # habits done at once: 1 to 4
LARGEST_OPENING: Final = 8
OPENING_LASTS: Final = 240  # seconds
CLUSTER: Final = 2.5  # their mean
WORDS: Final = 4096  # random numbers made at once

# How the seconds of an hour differ; their mean is 1. Logons come in gusts.
_GUSTS: Final = (0.4, 0.5, 0.5, 0.6, 0.6, 0.7, 0.7, 0.8, 0.8, 0.9, 1.0, 1.1, 1.3, 1.5, 2.0, 2.6)
# Seconds until the log-off; most network sessions are over at once.
_SESSIONS: Final = (0,) * 12 + (1, 1, 2, 2, 3, 5, 8, 10, 10, 11, 15, 20, 30, 30, 45, 60, 60, 90, 120, 300)

PEOPLE_FAIL: Final = 0.0154
MACHINES_FAIL: Final = 0.005
STRAY: Final = 0.002  # of the times that somebody does something
STORMS_PER_DAY: Final = 8  # in the whole network; 3 and 13 are published for two days


class _Habits:
    """An account's habits as bodies, several times in a row so that a cluster may begin at any of them.

    They are made when the account is first drawn: most logs are shorter than the network is large.
    """

    __slots__ = ("_logons", "closing", "count", "ends", "opening", "starts")

    def __init__(self, account: Account, shape: Shape) -> None:
        self._logons = list(filter(shape.keeps, account.habits))
        self.count = len(self._logons)
        self.starts: list[str] = []
        self.ends: list[str | None] = []
        self.opening: list[str] = []  # one visit to each of some usual hosts
        self.closing: list[str | None] = []

    def write(self, shape: Shape) -> None:
        starts = {habit: shape.body(habit) for habit in self._logons}
        ends = {habit: shape.body(end) for habit in starts if (end := habit.ends()) and shape.keeps(end)}
        visits = list({habit.target: habit for habit in starts if habit.orientation == "LogOn"}.values())
        self.opening = [starts[visit] for visit in visits[:LARGEST_OPENING]]
        self.closing = [ends.get(visit) for visit in visits[:LARGEST_OPENING]]
        repeat = 2 if self.count > LARGEST_CLUSTER else 1 + LARGEST_CLUSTER
        self.starts = [starts[habit] for habit in self._logons] * repeat
        self.ends = [ends.get(habit) for habit in self._logons] * repeat

    def sessions(self) -> int:
        """How many of the habits open a session."""
        return sum(habit.orientation == "LogOn" for habit in self._logons)

    def refused(self, dice: Dice) -> Logon:
        """One of the habits, not successful this time."""
        return dice.pick(self._logons).failed()


class _Population:
    """Accounts that share a rhythm. `strays` is how often one of them does something that it never did."""

    def __init__(self, accounts: Sequence[Account], shape: Shape, *, fail_share: float, strays: float) -> None:
        known = [(habits, a) for a in accounts if (habits := _Habits(a, shape)).count]
        total = sum(account.weight for _, account in known)
        self.accounts = [account for _, account in known]
        self.table: list[_Habits] = []
        reached = 0
        for habits, account in known:
            reached += account.weight
            self.table += [habits] * (reached * SLOTS // total - len(self.table))
        sessions = sum(habits.sessions() / habits.count * account.weight for habits, account in known)
        self.rows_per_habit = 1 + (sessions / total if shape.logs_off and total else 0.0)
        self.habits_per_failure = int(1 / (fail_share * self.rows_per_habit))
        self.clusters_per_stray = int(1 / strays) if strays else 0
        self.until_failure = 0
        self.until_stray = 0
        self.ahead = 0.0  # habits done sooner than the rate says


class Traffic:
    """The background of one network in one format."""

    def __init__(self, network: Network, shape: Shape, *, seed: int, rows_per_second: float, scale: float) -> None:
        self._shape = shape
        self._network = network
        self._scale = scale
        self._seed = seed
        self._dice = Dice(seed, "traffic")
        self._rare = Dice(seed, "strays and failures")
        self._populations = (
            _Population(network.always_on, shape, fail_share=MACHINES_FAIL, strays=0),
            _Population(network.office_machines, shape, fail_share=MACHINES_FAIL, strays=0),
            _Population(network.people_at_work, shape, fail_share=PEOPLE_FAIL, strays=STRAY),
            _Population(network.people_around_the_clock, shape, fail_share=PEOPLE_FAIL, strays=STRAY),
        )
        active = Rates(*(1.0 if p.table else 0.0 for p in self._populations))
        self.rhythm = Rhythm(seed, rows_per_second, active)
        self._words: list[int] = []
        self._ending: dict[int, list[str | None]] = {}
        self._storming: dict[int, list[str]] = {}

    def seconds(self, start: int) -> Iterator[tuple[int, list[str]]]:
        """The bodies of every second that has some, from `start` on, without end."""
        second = start
        while True:
            if second == start or second % DAY == 0:
                self._plan_storms(second)
            rates = self.rhythm.rates(second)
            draws = [
                (p, rate / p.rows_per_habit / CLUSTER) for p, rate in zip(self._populations, rates, strict=True) if rate
            ]
            for moment in range(second, second - second % HOUR + HOUR):
                bodies: list[str] = self._storming.pop(moment, [])
                ended = self._ending.pop(moment, None)
                if ended:
                    bodies += filter(None, ended)
                for population, clusters in draws:
                    self._act(population, clusters, moment, bodies)
                if bodies:
                    yield moment, bodies
            second += HOUR - second % HOUR

    def _act(self, population: _Population, clusters: float, second: int, bodies: list[str]) -> None:
        """What some accounts of a population do in that second."""
        share = self._dice.share
        wanted = int(clusters * _GUSTS[int(share() * 16)] + share())
        if population.ahead > CLUSTER:
            early = min(wanted, int(population.ahead / CLUSTER))
            wanted -= early
            population.ahead -= early * CLUSTER
        if not wanted:
            return
        if len(self._words) < wanted:
            self._words = self._dice.words(max(WORDS, 2 * wanted))
        table, drawn = population.table, self._words[-wanted:]
        del self._words[-wanted:]
        begun = 0  # habits
        same_second: list[str | None] = []
        for word in drawn:
            habits = table[word & 0xFFFF]
            if not habits.starts:
                habits.write(self._shape)
                bodies += habits.opening
                self._ending.setdefault(second + OPENING_LASTS, []).extend(habits.closing)
                population.ahead += len(habits.opening)
                begun += len(habits.opening)
            first = (word >> 16 & 0xFFF) % habits.count
            beyond = first + 1 + (word >> 30)
            bodies += habits.starts[first:beyond]
            begun += 1 + (word >> 30)
            delay = _SESSIONS[(word >> 25) & 31]
            if delay:
                self._ending.setdefault(second + delay, []).extend(habits.ends[first:beyond])
            else:
                same_second += habits.ends[first:beyond]
        bodies += filter(None, same_second)
        population.until_failure -= begun
        while population.until_failure < 0:
            self._fail(population, bodies)
        if population.clusters_per_stray:
            population.until_stray -= len(drawn)
            while population.until_stray < 0:
                self._stray(population, second, bodies)

    def _fail(self, population: _Population, bodies: list[str]) -> None:
        """Somebody mistypes, or a ticket is refused."""
        habits = self._rare.pick(population.table)
        attempt = habits.refused(self._rare)
        if self._shape.keeps(attempt):
            bodies.append(self._shape.body(attempt))
        population.until_failure += 1 + self._rare.below(2 * population.habits_per_failure)

    def _stray(self, population: _Population, second: int, bodies: list[str]) -> None:
        """Somebody reaches a host that is not among the usual ones."""
        population.until_stray += 1 + self._rare.below(2 * population.clusters_per_stray)
        account = self._rare.pick(population.accounts)
        hosts = self._network.hosts
        target = self._rare.pick(hosts.servers if self._rare.happens(0.8) else hosts.always_on)
        visit = Logon(account.name, account.name, account.home, target)
        if not self._shape.keeps(visit):
            return
        bodies.append(self._shape.body(visit))
        end = visit.ends()
        if end and self._shape.keeps(end):
            self._ending.setdefault(second + 1 + self._rare.below(600), []).append(self._shape.body(end))

    def _plan_storms(self, second: int) -> None:
        """The day's storms: a stale password that a service or a script tries again and again."""
        dice = Dice(self._seed, f"storms {second // DAY}")
        midnight = second - second % DAY
        for _ in range(int(STORMS_PER_DAY * self._scale + dice.share())):
            account = dice.pick(self._network.people_at_work)
            source = dice.pick(self._network.hosts.servers)
            controller = self._network.hosts.controller(dice)
            attempt = Logon(account.name, account.name, source, controller, "NTLM", outcome=FAIL)
            if not self._shape.keeps(attempt):
                continue
            body = self._shape.body(attempt)
            begin = midnight + dice.below(DAY - 2 * HOUR)
            for _ in range(dice.between(120, 400)):
                moment = begin + dice.below(2 * HOUR)
                if moment >= second:
                    self._storming.setdefault(moment, []).append(body)
