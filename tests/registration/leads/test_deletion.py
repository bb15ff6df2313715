"""Deleting leads: all that are named, or none, and again without harm."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from registration.errors import NotFound, Refused
from registration.leads.deletion import LEAD_DELETED, DeletedLeads, delete_leads
from registration.workflow.transition_queries import Attribution
from tests.registration.database.rows import add
from tests.registration.leads.conftest import Leads
from tests.registration.leads.make import add_leads, add_scrape_job

MERE = Attribution("Mere", "closed down")


async def delete(leads: Leads, *lead_ids: UUID) -> DeletedLeads:
    """Delete leads of the organisation."""
    return await delete_leads(leads.database, leads.organisation_id, lead_ids, MERE)


async def left(leads: Leads) -> set[UUID]:
    """The ids of the organisation's leads."""
    query = text("select id from leads where organisation_id = :organisation")
    found = await leads.everything.execute(query, {"organisation": leads.organisation_id})
    return set(found.scalars())


async def test_the_named_leads_are_deleted_and_a_repetition_says_so(leads: Leads) -> None:
    """Each deletion is recorded with person and reason."""
    first, second, third = await leads.add(3)
    assert await delete(leads, first, second, first) == DeletedLeads((first, second), ())
    assert await delete(leads, second, third) == DeletedLeads((third,), (second,))
    assert await left(leads) == set()
    events = text(
        "select actor, reason, data ->> 'name' as name from registration_events"
        " where what = :what and organisation_id = :organisation order by name"
    )
    found = await leads.everything.execute(events, {"what": LEAD_DELETED, "organisation": leads.organisation_id})
    assert [tuple(row) for row in found] == [("Mere", "closed down", f"Kai {number}") for number in (1, 2, 3)]


async def test_nothing_is_deleted_with_a_converted_lead(leads: Leads) -> None:
    """Its restaurant may be in a batch; the reason names the field."""
    converted, other = await leads.add(2)
    await leads.convert(converted)
    with pytest.raises(Refused) as refused:
        await delete(leads, other, converted)
    assert refused.value.code == "INVALID_STATUS"
    assert refused.value.details["fields"] == {"lead_ids/1": "Kai 1 is a restaurant already"}
    assert await left(leads) == {converted, other}


async def test_unknown_leads_and_those_of_others_are_not_found(leads: Leads) -> None:
    """Also where the other organisation has deleted the lead."""
    [own] = await leads.add(1)
    stranger = await add(leads.everything, "organisations", uuid4())
    theirs, gone = await add_leads(leads.everything, stranger, await add_scrape_job(leads.everything, stranger), 2)
    await delete_leads(leads.database, stranger, [gone], MERE)
    for lead_id in (theirs, gone, uuid4()):
        with pytest.raises(NotFound) as refused:
            await delete(leads, own, lead_id)
        assert refused.value.code == "LEAD_NOT_FOUND"
    assert await left(leads) == {own}
    assert (await leads.lead(theirs))["organisation_id"] == stranger


async def test_a_lead_that_another_table_needs_stays(leads: Leads) -> None:
    """A table of the platform that is not known here may refer to leads."""
    first, second = await leads.add(2)
    name = f"calls_{uuid4().hex[:8]}"
    await leads.everything.execute(text(f"create table {name} (lead_id uuid references leads (id))"))
    try:
        await leads.everything.execute(text(f"insert into {name} values (:lead)"), {"lead": second})
        with pytest.raises(Refused, match="another table of the platform"):
            await delete(leads, first, second)
    finally:
        await leads.everything.execute(text(f"drop table {name}"))
    assert await left(leads) == {first, second}


async def test_the_number_of_leads_is_limited(leads: Leads) -> None:
    """None at all says nothing, and more than a thousand lock too much."""
    for lead_ids in ([], [uuid4() for _ in range(1001)]):
        with pytest.raises(Refused, match="name 1 to 1000 leads"):
            await delete(leads, *lead_ids)
