"""Three processes share the account slots of one organisation: no request too early, hardly any time lost."""

import asyncio
from itertools import pairwise
from uuid import uuid4

from dev.bench.harness import NO_QUEUES, Bench
from dev.bench.report import Aim, Part, Reached
from dev.stack.sandbox_control import AT_ONCE

_PROCESSES, _RESTAURANTS = 3, 20
_SECONDS = 1.0


async def _run(bench: Bench) -> Reached:
    organisation_id = uuid4()
    batches = [
        await bench.prepare(
            AT_ONCE, restaurants=_RESTAURANTS, organisation_id=organisation_id, after=number * _RESTAURANTS
        )
        for number in range(_PROCESSES)
    ]
    settings = NO_QUEUES | {"REGISTRATION_ACCOUNT_SPACING_SECONDS": str(_SECONDS / bench.time_scale)}
    await asyncio.gather(*(bench.run_batch(batch, settings) for batch in batches))
    sent = await bench.account_times(organisation_id)
    closest = min(later - earlier for earlier, later in pairwise(sent))
    ideal = (len(sent) - 1) * _SECONDS
    if len(sent) != _PROCESSES * _RESTAURANTS or closest < _SECONDS:
        raise AssertionError(f"{len(sent)} accounts were requested, the closest two {closest:.3f} s apart")
    took = sent[-1] - sent[0]
    figures = {"ratio": took / ideal, "took_s": took, "closest_s": closest}
    return Reached(figures, f"{took:.1f} s / {ideal:.0f} s for {len(sent)} accounts, the closest {closest:.3f} s apart")


PART = Part("spacing", "20 accounts each of 3 processes, a second apart / ideal", Aim("ratio", 1.05), _run, minutes=2)
