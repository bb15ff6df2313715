"""A seeded mixture of everything: what meets whom, when, and what is struck, follows from the seed alone (pure)."""

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
_SHARING_SHARE = 0.3
_IN_THE_SECOND = (1, 2)


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
    """Two batches of one organisation: what each restaurant meets, and after how many seconds of work what strikes.

    `emails` names for each restaurant the first one that has its e-mail; so many of the last restaurants as `second`
    says are in the second batch.
    """

    restaurants: tuple[tuple[Meeting, ...], ...]
    strikes: tuple[tuple[float, Strike], ...]
    emails: tuple[int, ...]
    second: int

    @classmethod
    def of(cls, seed: int, number: int) -> "Mixture":
        """The mixture with this number of a seed: always the same."""
        chance = Random(f"{seed}/{number}")  # noqa: S311 (chance that can be repeated is what it is for)
        restaurants = tuple(_meetings(chance) for _ in range(chance.randint(*_RESTAURANTS)))
        strikes = tuple(
            (round(chance.uniform(*_SECONDS_OF_WORK), 1), chance.choice(tuple(Strike)))
            for _ in range(chance.randint(*_STRIKES))
        )
        second = chance.randint(*_IN_THE_SECOND)
        return cls(restaurants, strikes, _emails(chance, len(restaurants) - second, second), second)

    @property
    def expected(self) -> tuple[Expected, ...]:
        """How each restaurant must end: a clear no may be lost with the process that got it, and then asked again.

        What one of them meets may be met by all who share its account.
        """
        failing = {
            email
            for email, meetings in zip(self.emails, self.restaurants, strict=True)
            if any(one.name in one.misbehaviour.fails for one in meetings)
        }
        return tuple(ANY_TRUE_END if email in failing else COMPLETED for email in self.emails)

    def __str__(self) -> str:
        strikes = ", ".join(f"{strike} after {seconds:g} s" for seconds, strike in self.strikes)
        return f"{len(self.restaurants)} restaurants with {len(set(self.emails))} e-mails, {strikes}"


def _meetings(chance: Random) -> tuple[Meeting, ...]:
    if chance.random() > _MISBEHAVING_SHARE:
        return ()
    names = chance.sample(tuple(SubStepName), chance.randint(1, 2))
    return tuple(Meeting(chance.choice(tuple(MISBEHAVIOURS.values())), name) for name in names)


def _emails(chance: Random, first: int, second: int) -> tuple[int, ...]:
    """Two of the first batch share one, the last of the second shares one of the first, and others as chance has it."""
    emails = [0, 0]
    for number in range(2, first + second - 1):
        emails.append(chance.choice(emails) if chance.random() < _SHARING_SHARE else number)
    return (*emails, chance.choice(emails[:first]))
