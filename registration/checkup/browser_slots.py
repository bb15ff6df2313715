"""The slots for browser-heavy requests: who holds them, and since when."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from registration.checkup.finding import Finding, fine
from registration.store.browser_slots import SlotInUse, slots_in_use
from registration.store.session import NOBODY, Database

_ABOUT = "browser slots"


async def check_browser_slots(database: Database, organisation_id: UUID | None, limit: int) -> Finding:
    """All organisations' slots; requests of others than the organisation's own are counted, not named."""
    if limit == 0:
        return fine(_ABOUT, "switched off")
    organisation_id = organisation_id or NOBODY
    async with database.transaction(organisation_id) as connection:
        return _judged(await slots_in_use(connection, organisation_id), limit)


def _judged(found: Sequence[SlotInUse], limit: int) -> Finding:
    held = [one for one in found if one.held]
    waiting = [one for one in found if not one.held]
    said = [f"{len(held)} of {limit} are held", *map(_holder, held)]
    if waiting:
        longest = max(one.seconds for one in waiting)
        said.append(f"{len(waiting)} {'request waits' if len(waiting) == 1 else 'requests wait'}, {_for(longest)}")
    return fine(_ABOUT, "; ".join(said))


def _holder(one: SlotInUse) -> str:
    named = f"{one.sub_step} of {one.restaurant} in {one.batch}" if one.sub_step else "another organisation's request"
    return f"{named} {_for(one.seconds)}"


def _for(seconds: float) -> str:
    return f"for {timedelta(seconds=int(seconds))}"
