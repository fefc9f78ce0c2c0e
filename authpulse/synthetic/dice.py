"""Random numbers that are the same on every machine and in every version of Python.

Only `random.Random.random` and `getrandbits` are used, which Python promises to keep for a seed, and no function of the
platform's mathematics library. Every purpose has a stream of its own, so that one more draw for one purpose does not
change what is drawn for the others.
"""

import random
from collections.abc import Sequence


class Dice:
    """A stream of random numbers for one purpose of one seed."""

    def __init__(self, seed: int, purpose: str) -> None:
        self._source = random.Random(f"{seed}:{purpose}")
        self.share = self._source.random  # a float from 0 to below 1

    def below(self, end: int) -> int:
        """An integer from 0 to below `end`."""
        return int(self.share() * end)

    def between(self, low: int, high: int) -> int:
        """An integer from `low` to `high`, both included."""
        return low + int(self.share() * (high - low + 1))

    def happens(self, probability: float) -> bool:
        """True with that probability."""
        return self.share() < probability

    def pick[T](self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return choices[int(self.share() * len(choices))]

    def some[T](self, choices: Sequence[T], count: int) -> list[T]:
        """That many different ones of the choices, or all of them in random order if there are fewer."""
        rest, share = list(choices), self.share
        end = len(rest)
        count = min(count, end)
        for i in range(count):
            j = i + int(share() * (end - i))
            rest[i], rest[j] = rest[j], rest[i]
        return rest[:count]

    def few[T](self, choices: Sequence[T], count: int, *, besides: T) -> list[T]:
        """A few different ones of many choices, and not that one: cheaper than `some`, at most half of them."""
        chosen: list[T] = []
        count = min(count, len(choices) // 2)
        while len(chosen) < count:
            choice = self.pick(choices)
            if choice != besides and choice not in chosen:
                chosen.append(choice)
        return chosen

    def words(self, count: int) -> list[int]:
        """That many 32-bit numbers at once."""
        data = self._source.getrandbits(32 * count).to_bytes(4 * count, "little")
        return [int.from_bytes(data[i : i + 4], "little") for i in range(0, 4 * count, 4)]
