"""What is said of the slots for browser-heavy requests."""

from registration.health.database import check_browser_slots
from registration.health.finding import Level
from tests.registration.slots_place import Request, SlotsPlace


async def test_who_holds_them_and_since_when(slots_place: SlotsPlace) -> None:
    """The organisation's own by name, all others by number; nobody's names without an organisation."""
    async with slots_place.processes(2, number=2) as (ours, theirs):
        requests = [Request(process).start() for process in (ours, theirs, theirs)]
        await slots_place.until_there(*requests)
        organisation = ours.lease.organisation_id
        found = await check_browser_slots(slots_place.database, organisation, 2)
        assert (found.level, found.about) == (Level.OK, "browser slots")
        first, *rest = found.says.split("; ")
        assert first == "2 of 2 are held"
        assert "menuImport of Kai in Monday for 0:00:0" in found.says
        assert [one.rpartition(" ")[0] for one in rest[1:]] == [
            "another organisation's request for",
            "1 request waits, for",
        ]
        said = (await check_browser_slots(slots_place.database, None, 2)).says
        assert "Kai" not in said
        assert said.count("another organisation's request") == 2
        for one in requests:
            await one.cancelled()


async def test_without_a_limit_nothing_is_looked_at(slots_place: SlotsPlace) -> None:
    """Nobody asks for a slot then."""
    assert (await check_browser_slots(slots_place.database, None, 0)).says == "switched off"
