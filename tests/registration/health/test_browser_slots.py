"""What is said of the slots for browser-heavy requests."""

from registration.health.database import check_browser_slots
from registration.health.finding import Level
from tests.registration.slot_processes import Request, SlotProcesses


async def test_who_holds_them_and_since_when(slot_processes: SlotProcesses) -> None:
    """The organisation's own by name, all others by number; nobody's names without an organisation."""
    async with slot_processes.processes(2, number=2) as (ours, theirs):
        requests = [Request(process).start() for process in (ours, theirs, theirs)]
        await slot_processes.until_there(*requests)
        organisation = ours.lease.organisation_id
        found = await check_browser_slots(slot_processes.database, organisation, 2)
        assert (found.level, found.about) == (Level.OK, "browser slots")
        first, *rest = found.says.split("; ")
        assert first == "2 of 2 are held"
        assert "menuImport of Kai in Monday for 0:00:0" in found.says
        assert [one.rpartition(" ")[0] for one in rest[1:]] == [
            "another organisation's request for",
            "1 request waits, for",
        ]
        finding = (await check_browser_slots(slot_processes.database, None, 2)).says
        assert "Kai" not in finding
        assert finding.count("another organisation's request") == 2
        for one in requests:
            await one.cancelled()


async def test_without_a_limit_nothing_is_looked_at(slot_processes: SlotProcesses) -> None:
    """Nobody asks for a slot then."""
    assert (await check_browser_slots(slot_processes.database, None, 0)).says == "switched off"
