"""What both extractions share: they take time, and they can fail. How long, and with which words, is invented."""

import asyncio

from dev.sandbox.faults import WORK_KINDS, Kind
from dev.sandbox.names import Endpoint
from dev.sandbox.rows import Restaurant
from dev.sandbox.world import HANG_SECONDS, World

_USUAL_REASON = "The page could not be read: it asked for a human"


async def work_on(world: World, restaurant: Restaurant, work: Endpoint) -> str | None:
    """Take as long as the work takes; gives the reason if it failed."""
    fault = world.faults.take(restaurant.names, work, WORK_KINDS)
    default = HANG_SECONDS if fault and fault.kind is Kind.HANG else 0
    await asyncio.sleep(world.seconds(work, restaurant.who) + world.fault_seconds(fault, default))
    if fault is None or fault.kind is Kind.SLOW:
        return None
    return fault.message or _USUAL_REASON
