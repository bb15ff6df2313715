"""A seeded mixture of everything: what meets whom, when, and what is struck, follows from the seed alone (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from deployments.faults.judging import ANY_TRUE_END, COMPLETED, Expected
from deployments.faults.misbehaviours import MISBEHAVIOURS, Misbehaviour
from registration.sub_steps import SubStepName

_RESTAURANTS = (4, 8)
_STRIKES = (2, 4)
_SECONDS_OF_WORK = (4.0, 20.0)
_MISBEHAVING_SHARE = 0.7


class Strike(StrEnum):
    """What happens to a batch that is worked on."""

    KILL = "kill"
    FREEZE = "freeze"
    RIVAL = "rival"
    POSTGRES = "postgres"
    POSTGRES_KILLED = "postgres-killed"
    PREFECT = "prefect"
    BOTH = "both"
    PLATFORM = "platform"


@dataclass(frozen=True)
class Meeting:
    """A misbehaviour that a restaurant meets at one of the twelve."""

    misbehaviour: Misbehaviour
    name: SubStepName


@dataclass(frozen=True)
class Mixture:
    """One batch: what each of its restaurants meets, and after how many seconds of work it is struck by what."""

    restaurants: tuple[tuple[Meeting, ...], ...]
    strikes: tuple[tuple[float, Strike], ...]

    @classmethod
    def of(cls, seed: int, number: int) -> "Mixture":
        """The mixture with this number of a seed: always the same."""
        chance = Random(f"{seed}/{number}")  # noqa: S311 (chance that can be repeated is what it is for)
        restaurants = tuple(_meetings(chance) for _ in range(chance.randint(*_RESTAURANTS)))
        strikes = tuple(
            (round(chance.uniform(*_SECONDS_OF_WORK), 1), chance.choice(tuple(Strike)))
            for _ in range(chance.randint(*_STRIKES))
        )
        return cls(restaurants, strikes)

    @property
    def expected(self) -> tuple[Expected, ...]:
        """How each restaurant must end: a clear no may be lost with the process that got it, and then asked again."""
        return tuple(_expected(meetings) for meetings in self.restaurants)

    def __str__(self) -> str:
        strikes = ", ".join(f"{strike} after {seconds:g} s" for seconds, strike in self.strikes)
        return f"{len(self.restaurants)} restaurants, {strikes}"


def _meetings(chance: Random) -> tuple[Meeting, ...]:
    if chance.random() > _MISBEHAVING_SHARE:
        return ()
    names = chance.sample(tuple(SubStepName), chance.randint(1, 2))
    return tuple(Meeting(chance.choice(tuple(MISBEHAVIOURS.values())), name) for name in names)


def _expected(meetings: Sequence[Meeting]) -> Expected:
    return ANY_TRUE_END if any(one.misbehaviour.fails for one in meetings) else COMPLETED
