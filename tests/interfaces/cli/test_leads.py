"""`registration leads`: pending leads, and deleting those that nobody wants."""

import json
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from tests.interfaces.cli.conftest import Commands
from tests.registration.leads.make import add_leads, add_scrape_job


async def test_deleted_leads_are_not_listed_any_more(registration: Commands, everything: AsyncConnection) -> None:
    """The beginning of an id is enough; a repetition with the whole id is no error."""
    organisation_id = registration.organisation_id
    one, two, three = await add_leads(everything, organisation_id, await add_scrape_job(everything, organisation_id), 3)
    result = await registration("leads", "delete", f"{str(one)[:8]},{two}", "--why", "closed down", "--by", "Mere")
    assert (result.code, result.err.strip()) == (0, "2 leads deleted")
    listed = json.loads((await registration("leads", "--json")).out)
    assert [lead["id"] for lead in listed["leads"]] == [str(three)]
    again = await registration("leads", "delete", one, "--json")
    assert json.loads(again.out) == {"deleted": [], "already_deleted": [str(one)]}
    assert "1 deleted before" in (await registration("leads", "delete", one)).err


async def test_leads_that_cannot_be_deleted_are_refused(registration: Commands) -> None:
    """Without ids, and for an unknown one."""
    assert "say which leads" in (await registration("leads", "delete")).err
    unknown = await registration("leads", "delete", uuid4())
    assert unknown.code != 0
    assert "no lead" in unknown.err
