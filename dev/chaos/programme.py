"""All trials and their order: two at a time; a trial that harms what others need runs alone."""

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from itertools import count

from dev.chaos.cases import (
    account_races,
    api_kills,
    api_outages,
    as_built,
    cancels,
    commands,
    frozen,
    gate_kills,
    gate_races,
    kills,
    lead_races,
    misbehaviours,
    outages,
    prefect_retries,
    process_races,
    rivals,
    scale,
    slots,
)
from dev.chaos.cases.mixtures import trial as mixture
from dev.chaos.lab import PROCESSES, Lab
from dev.chaos.trial import Trial
from dev.chaos.verdicts import Outcome

Report = Callable[[Outcome], None]

_GROUPS: tuple[Sequence[Trial], ...] = (
    kills.TRIALS,
    gate_kills.TRIALS,
    misbehaviours.TRIALS,
    as_built.TRIALS,
    frozen.TRIALS,
    rivals.TRIALS,
    account_races.TRIALS,
    gate_races.TRIALS,
    process_races.TRIALS,
    lead_races.TRIALS,
    prefect_retries.TRIALS,
    commands.TRIALS,
    cancels.TRIALS,
    slots.TRIALS,
    api_kills.TRIALS,
    api_outages.TRIALS,
    outages.TRIALS,
)
_ONLY_IF_NAMED = scale.TRIALS
"""Trials that need more of the machine than the others."""
_MIXTURES = 3
_MIXTURE = re.compile(r"mixture/(\d+)/(\d+)")


def programme(seed: int, wanted: Sequence[str] = ()) -> tuple[Trial, ...]:
    """All trials and a few mixtures of the seed, or the trials with cases whose names begin with a given prefix.

    The group `scale` is there only if it is named. Any mixture of any seed can be chosen by its whole name.
    """
    named = (found.groups() for found in map(_MIXTURE.fullmatch, wanted) if found)
    numbers = {(seed, number) for number in range(1, _MIXTURES + 1)} | {(int(one), int(other)) for one, other in named}
    mixtures = [mixture(*one) for one in sorted(numbers)]
    trials = [trial for group in (*_GROUPS, mixtures) for trial in group]
    chosen = [trial.only(wanted) for trial in (*trials, *_ONLY_IF_NAMED)] if wanted else trials
    return tuple(trial for trial in chosen if trial.cases)


async def carry_out(lab: Lab, trials: Sequence[Trial], report: Report) -> list[Outcome]:
    """Run all trials; each outcome is reported as soon as it is known."""
    outcomes: list[Outcome] = []
    slots = asyncio.Semaphore(PROCESSES)

    async def run(trial: Trial) -> None:
        outcomes.extend(await _run(lab, trial, report))

    async def beside(trial: Trial) -> None:
        async with slots:
            await run(trial)

    await asyncio.gather(*(beside(trial) for trial in trials if not trial.alone))
    for trial in trials:
        if trial.alone:
            await run(trial)
    return outcomes


async def carry_out_mixtures(lab: Lab, seed: int, minutes: float, report: Report) -> list[Outcome]:
    """Run mixtures of the seed one after the other until the time has passed."""
    outcomes: list[Outcome] = []
    deadline = time.monotonic() + 60 * minutes
    for number in count(1):
        if time.monotonic() > deadline:
            break
        outcomes += await _run(lab, mixture(seed, number), report)
    return outcomes


async def _run(lab: Lab, trial: Trial, report: Report) -> list[Outcome]:
    outcomes = await trial.run(lab)
    for outcome in outcomes:
        report(outcome)
    return outcomes
