"""Random mixtures of all kinds of faults: targets, moments and kinds follow from the seed alone."""

import os
import signal
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random
from uuid import uuid4

from dev.chaos.cases.misbehaviours import MISBEHAVIOURS, Misbehaviour
from dev.chaos.cases.outages import OUTAGES, endure
from dev.chaos.finish import LIMIT, finish, leases_over, until_idle, verdicts
from dev.chaos.judge import ANY_TRUE_END, COMPLETED, Expected
from dev.chaos.lab import FAST, Lab
from dev.chaos.trial import Trial
from dev.chaos.verdicts import Verdict
from dev.stack.fixtures import Next, PreparedBatch
from dev.stack.processes import Child
from dev.stack.sandbox_control import AT_ONCE, Latencies
from dev.stack.waiting import until
from registration.batches.models import BatchOptions
from registration.restaurants.csv_import import NumberedRow
from registration.workflow.sub_steps import SUB_STEPS, SubStepName

_RESTAURANTS = (4, 8)
_STRIKES = (2, 4)
_SECONDS_OF_WORK = (4.0, 20.0)
_MISBEHAVING_SHARE = 0.7
_SHARING_SHARE = 0.3
_IN_THE_SECOND = (1, 2)


class Strike(StrEnum):
    """An intervention in a running batch."""

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
    """A misbehaviour that a restaurant meets at one of the twelve sub-steps."""

    misbehaviour: Misbehaviour
    name: SubStepName


@dataclass(frozen=True)
class Mixture:
    """Two batches of one organisation: the misbehaviours of each restaurant, and the strikes with their times.

    `emails` holds, for each restaurant, the first restaurant with the same e-mail; the last `second` restaurants are in
    the second batch.
    """

    restaurants: tuple[tuple[Meeting, ...], ...]
    strikes: tuple[tuple[float, Strike], ...]
    emails: tuple[int, ...]
    second: int

    @classmethod
    def of(cls, seed: int, number: int) -> "Mixture":
        """The mixture with this number of a seed, always the same."""
        chance = Random(f"{seed}/{number}")  # noqa: S311 (the random choices must be repeatable)
        restaurants = tuple(_meetings(chance) for _ in range(chance.randint(*_RESTAURANTS)))
        strikes = tuple(
            (round(chance.uniform(*_SECONDS_OF_WORK), 1), chance.choice(tuple(Strike)))
            for _ in range(chance.randint(*_STRIKES))
        )
        second = chance.randint(*_IN_THE_SECOND)
        return cls(restaurants, strikes, _emails(chance, len(restaurants) - second, second), second)

    @property
    def expected(self) -> tuple[Expected, ...]:
        """The required end of each restaurant: a clear refusal may be lost with its process, and be sent again.

        Restaurants with one account may meet each other's misbehaviours.
        """
        failing = {
            email
            for email, meetings in zip(self.emails, self.restaurants, strict=True)
            if any(meeting.name in meeting.misbehaviour.fails for meeting in meetings)
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
    """Two of the first batch share an e-mail, the last of the second shares one of the first, others by chance."""
    emails = [0, 0]
    for number in range(2, first + second - 1):
        emails.append(chance.choice(emails) if chance.random() < _SHARING_SHARE else number)
    return (*emails, chance.choice(emails[:first]))


def sharing(first: NumberedRow, *others: NumberedRow) -> tuple[NumberedRow, ...]:
    """These restaurants, all with the e-mail of the first."""
    return first, *(
        replace(row, restaurant=row.restaurant.model_copy(update={"email": first.restaurant.email})) for row in others
    )


async def in_batches(
    lab: Lab, batches: Sequence[Sequence[NumberedRow]], options: BatchOptions | None = None
) -> list[PreparedBatch]:
    """Batches of one organisation, right before step 6."""
    organisation_id = uuid4()
    return [await lab.batch(rows, Next.SET_UP, options, organisation_id) for rows in batches]


_LATENCIES = Latencies("realistic")
_OUTAGES = {
    Strike.POSTGRES: "postgres-2s",
    Strike.POSTGRES_KILLED: "postgres-killed-2s",
    Strike.PREFECT: "prefect-2s",
    Strike.BOTH: "both-2s",
    Strike.PLATFORM: "platform-60s",
}


def trial(seed: int, number: int) -> Trial:
    """The trial of one mixture; its case is named by seed and number."""
    return Trial((f"mixture/{seed}/{number}",), _play, alone=True)


async def _play(lab: Lab, cases: Sequence[str]) -> Mapping[str, Verdict]:
    [case] = cases
    mixture = Mixture.of(*map(int, case.split("/")[1:]))
    batches = await _batches(lab, mixture)
    restaurant_ids = [restaurant_id for batch in batches for restaurant_id in batch.restaurant_ids]
    for restaurant_id, meetings in zip(restaurant_ids, mixture.restaurants, strict=True):
        for meeting in meetings:
            await lab.platform.misbehave(restaurant_id, SUB_STEPS[meeting.name].endpoint, meeting.misbehaviour.fault)
    await lab.platform.behave(_LATENCIES)
    try:
        async with AsyncExitStack() as frozen:
            for seconds, strike in mixture.strikes:
                await _strike(lab, batches, seconds, strike, frozen)
            await finish(lab, batches, limit=2 * LIMIT)
    finally:
        await lab.platform.behave(AT_ONCE)
    job_ids = [job_id for batch in batches for job_id in batch.job_ids]
    found = await verdicts(lab, batches, dict(zip(job_ids, mixture.expected, strict=True)))
    return {case: Verdict.together(found.values())}


async def _batches(lab: Lab, mixture: Mixture) -> list[PreparedBatch]:
    """Both batches, with the e-mails that their restaurants share. Failures of a few stop neither."""
    rows = [sharing(lab.rows[email], lab.rows[number])[-1] for number, email in enumerate(mixture.emails)]
    return await in_batches(lab, [rows[: -mixture.second], rows[-mixture.second :]], BatchOptions(failure_threshold=1))


async def _strike(
    lab: Lab, batches: Sequence[PreparedBatch], seconds: float, strike: Strike, frozen: AsyncExitStack
) -> None:
    """Let a process work for a while, then intervene."""
    await leases_over(lab, batches, time.monotonic() + LIMIT)
    if strike is Strike.FREEZE:
        process = await frozen.enter_async_context(_thawed(lab, batches))
        await until_idle(lab, batches, process, time.monotonic() + seconds)
        os.killpg(process.pid, signal.SIGSTOP)
        return
    async with AsyncExitStack() as processes:
        process = await processes.enter_async_context(lab.process(batches, FAST))
        if strike is Strike.RIVAL:
            await processes.enter_async_context(lab.process(batches, FAST))
        await until_idle(lab, batches, process, time.monotonic() + seconds)
        if strike in _OUTAGES:
            await endure(lab, OUTAGES[_OUTAGES[strike]], _LATENCIES)
            await until_idle(lab, batches, process, time.monotonic() + seconds)


@asynccontextmanager
async def _thawed(lab: Lab, batches: Sequence[PreparedBatch]) -> AsyncGenerator[Child]:
    """A process that is thawed after the end of the batches, and has to exit."""
    async with lab.process(batches, FAST, counts=False) as process:
        yield process
        if process.ended():
            return
        os.killpg(process.pid, signal.SIGCONT)
        await until(process.ended, "the process that woke up to end", LIMIT)
