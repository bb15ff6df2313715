"""Leads become restaurants: once, each alone, all in one transaction with their batches."""

from collections.abc import AsyncGenerator
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.batches.models import BatchOptions
from registration.errors import NotFound, Refused
from registration.leads.conversion import convert_leads
from registration.leads.models import BatchOfLeads, ConversionRequest
from tests.registration.database.rows import add
from tests.registration.leads.conftest import Leads
from tests.registration.leads.make import add_leads, add_scrape_job
from tests.statements import statements


@pytest_asyncio.fixture
async def refusing(everything: AsyncConnection) -> AsyncGenerator[str]:
    """A name that the database itself refuses for a restaurant, as an existing platform's own rules may."""
    name = f"Refused {uuid4().hex[:8]}"
    constraint = f"no_{uuid4().hex[:8]}"
    await everything.execute(
        text(f"alter table restaurants add constraint {constraint} check (name <> '{name}') not valid")
    )
    yield name
    await everything.execute(text(f"alter table restaurants drop constraint {constraint}"))


async def test_a_hundred_leads_need_a_few_statements_each(leads: Leads) -> None:
    """With two batches that are to start: nothing is asked about all of them for each of them."""
    await leads.add(100, phone="09 379 1234", email="kai@example.nz", opening_hours_text="daily 11:00-21:00")
    with statements() as sent:
        done = await leads.convert(scrape_job_id=leads.scrape_job_id, batch=BatchOfLeads(start=True))
    assert (len(done.converted), [batch.restaurants for batch in done.batches]) == (100, [50, 50])
    assert len(sent) < 5 * 100


async def test_a_lead_knows_what_it_became(leads: Leads) -> None:
    """Which restaurant, when, by whom."""
    [lead_id] = await leads.add(1)
    [one] = (await leads.convert(lead_id)).converted
    lead, [restaurant] = await leads.lead(lead_id), await leads.restaurants()
    assert one.restaurant_id == lead["converted_to_restaurant_id"] == restaurant["id"]
    assert (await leads.lock(lead_id)).converted_by == "Mere"
    assert lead["converted_by"] is None
    assert lead["converted_at"] is not None
    assert restaurant["metadata"]["converted_from_lead"] == str(lead_id)
    assert await leads.batches() == []


async def test_a_name_that_an_older_version_wrote_is_still_told(leads: Leads) -> None:
    """It stands in the platform's own column; what is written now does not."""
    old, new = await leads.add(2)
    restaurant = await add(leads.everything, "restaurants", leads.organisation_id)
    converted = "update leads set converted_to_restaurant_id = :restaurant, converted_by = 'Ana' where id = :lead"
    await leads.everything.execute(text(converted), {"restaurant": restaurant, "lead": old})
    await leads.convert(new)
    assert [(await leads.lock(one)).converted_by for one in (old, new)] == ["Ana", "Mere"]


async def test_a_lead_whose_restaurant_is_gone_is_converted_again(leads: Leads) -> None:
    """The platform takes the note out of the lead; who converts it last is known."""
    [lead_id] = await leads.add(1)
    await leads.convert(lead_id)
    undone = "update leads set converted_to_restaurant_id = null, converted_at = null where id = :lead"
    await leads.everything.execute(text(undone), {"lead": lead_id})
    assert (await leads.lock(lead_id)).converted_by is None
    assert len((await leads.convert(lead_id, by="Ana")).converted) == 1
    assert (await leads.lock(lead_id)).converted_by == "Ana"


async def test_branches_of_one_name_get_slugs_of_their_own(leads: Leads) -> None:
    """Also when one is there already, and when another organisation, whose rows cannot be seen, has taken one."""
    ours = f"kai-{str(leads.organisation_id)[:8]}"
    await add(leads.everything, "restaurants", leads.organisation_id, slug=ours)
    await add(leads.everything, "restaurants", uuid4(), slug=f"{ours}-3")
    await leads.convert(*await leads.add(3, restaurant_name="Kai"))
    slugs = [row["slug"] for row in await leads.restaurants()]
    assert sorted(slugs) == [ours, f"{ours}-2", f"{ours}-4", f"{ours}-5"]


async def test_leads_that_cannot_be_converted_stop_no_other(leads: Leads, refusing: str) -> None:
    """An unknown one, a foreign one, one without a name, one that the database refuses: each with its reason."""
    names = ("Kai", "  ", refusing, "Moana")
    good, nameless, refused, also_good = [(await leads.add(1, restaurant_name=name))[0] for name in names]
    other = uuid4()
    foreign_job = await add_scrape_job(leads.everything, other)
    [foreign] = await add_leads(leads.everything, other, foreign_job, 1)
    done = await leads.convert(good, UUID(int=7), foreign, nameless, refused, also_good, good, batch=BatchOfLeads())
    assert [one.name for one in done.converted] == ["Kai", "Moana"]
    reasons = {one.lead_id: one.reason for one in done.failed}
    assert list(reasons) == [UUID(int=7), foreign, nameless, refused]
    assert "no such lead" in reasons[foreign]
    assert reasons[nameless] == "its name is empty; correct it on the lead"
    assert reasons[refused].startswith("the database refused it: new row for relation")
    assert [row["name"] for row in await leads.restaurants()] == ["Kai", "Moana"]
    assert [batch["size"] for batch in await leads.batches()] == [2]
    assert (await leads.lead(refused))["converted_at"] is None


async def test_running_again_converts_only_what_is_not(leads: Leads) -> None:
    """What was converted is told with its restaurant; there is no second batch of it."""
    first = await leads.add(2)
    await leads.convert(*first, batch=BatchOfLeads())
    [new] = await leads.add(1, restaurant_name="Moana")
    again = await leads.convert(*first, new, batch=BatchOfLeads())
    assert [one.lead_id for one in again.already] == first
    assert [one.name for one in again.converted] == ["Moana"]
    assert [batch["size"] for batch in await leads.batches()] == [2, 1]
    nothing = await leads.convert(*first, new, batch=BatchOfLeads())
    assert (nothing.converted, nothing.batches, len(await leads.batches())) == ((), (), 2)


async def test_a_flow_run_that_runs_again_finds_its_batches(leads: Leads) -> None:
    """It opens no second ones for what it converted before, and a further one for what it could not."""
    run_id = uuid4()
    ids = await leads.add(60)
    first = await leads.convert(*ids, batch=BatchOfLeads(), run_id=run_id)
    again = await leads.convert(*ids, batch=BatchOfLeads(), run_id=run_id)
    assert (again.converted, again.batches) == ((), first.batches)
    [mended] = await leads.add(1, restaurant_name="Moana")
    third = await leads.convert(*ids, mended, batch=BatchOfLeads(), run_id=run_id)
    assert [batch.restaurants for batch in third.batches] == [50, 10, 1]
    assert len(await leads.batches()) == 3


async def test_a_batch_is_as_it_was_asked_for(leads: Leads) -> None:
    """Its name, its leads' scrape job, who asked, and that the extractions run already; it is not started."""
    asked = BatchOfLeads(extractions_executed_on_creation=True, options=BatchOptions(name="Henderson"))
    await leads.convert(*await leads.add(1), batch=asked)
    [batch] = await leads.batches()
    assert (batch["name"], batch["created_by"], batch["started_at"]) == ("Henderson", "Mere", None)
    assert batch["source_lead_scrape_job_id"] == leads.scrape_job_id
    marked = "select extractions_executed_on_creation from registration_jobs where batch_job_id = :batch"
    assert (await leads.everything.execute(text(marked), {"batch": batch["id"]})).scalar_one() is True


async def test_a_batch_that_is_to_start_is_found_by_recovery(leads: Leads) -> None:
    """If the process dies between opening it and starting its run."""
    [batch] = (await leads.convert(*await leads.add(1), batch=BatchOfLeads(start=True))).batches
    found = await leads.everything.execute(text("select batch_job_id from registration_batches_to_recover()"))
    assert batch.id in set(found.scalars())


async def test_only_qualified_leads_are_taken_unless_named(leads: Leads) -> None:
    """The last step of the qualification is over and passed; of one scrape job, or of all; those named are a choice."""
    [qualified] = await leads.add(1, restaurant_name="Kai")
    [early] = await leads.add(1, restaurant_name="Early", current_step=3)
    await leads.add(1, restaurant_name="Failed", step_progression_status="failed")
    elsewhere = await add_scrape_job(leads.everything, leads.organisation_id)
    await add_leads(leads.everything, leads.organisation_id, elsewhere, 1, restaurant_name="Elsewhere")
    of_job = await leads.convert(scrape_job_id=leads.scrape_job_id)
    assert [one.lead_id for one in of_job.converted] == [qualified]
    assert [one.name for one in (await leads.convert()).converted] == ["Elsewhere"]
    assert [one.name for one in (await leads.convert(early)).converted] == ["Early"]


async def test_no_more_batches_than_allowed(leads: Leads) -> None:
    """Leads that cannot be converted take no place; the others wait for the next time."""
    await leads.add(2, restaurant_name=" ")
    await leads.add(55)
    run_id = uuid4()
    done = await leads.convert(batch=BatchOfLeads(most=1), run_id=run_id)
    assert (len(done.failed), len(done.converted), done.left) == (2, 50, 5)
    again = await leads.convert(batch=BatchOfLeads(most=1), run_id=run_id)
    assert (len(again.converted), again.batches) == (0, done.batches)
    by_hand = await leads.convert(batch=BatchOfLeads(most=1), run_id=uuid4())
    assert (by_hand.converted, by_hand.batches, by_hand.left) == ((), (), 7)
    yesterday = "update registration_batch_jobs set created_at = created_at - interval '1 day' where id = :batch"
    await leads.everything.execute(text(yesterday), {"batch": done.batches[0].id})
    assert len((await leads.convert(batch=BatchOfLeads(most=1), run_id=uuid4())).converted) == 5


async def test_a_dry_run_changes_nothing(leads: Leads) -> None:
    """It says what would happen, also what would not."""
    ids = await leads.add(2, phone="12")
    asked = ConversionRequest(lead_ids=(*ids, UUID(int=7)), by="Mere", batch=BatchOfLeads(start=True))
    done = await convert_leads(leads.database, leads.organisation_id, asked, dry_run=True)
    assert ([one.restaurant_id for one in done.converted], len(done.failed)) == ([None, None], 1)
    assert "'12' is not a New Zealand phone number" in done.converted[0].remarks[0]
    assert (await leads.restaurants(), await leads.batches()) == ([], [])


async def test_what_cannot_be_done_at_all_changes_nothing(leads: Leads) -> None:
    """Two ways of choosing at once, none, too many, an unknown scrape job or organisation, a bad configuration."""
    [lead_id] = await leads.add(1)
    for error, asked in (
        (Refused, {"lead_ids": [lead_id], "scrape_job_id": leads.scrape_job_id}),
        (Refused, {"lead_ids": []}),
        (Refused, {"lead_ids": [uuid4() for _ in range(1001)]}),
        (NotFound, {"lead_ids": None, "scrape_job_id": UUID(int=7)}),
        (Refused, {"lead_ids": [lead_id], "batch": {"options": {"default_config": {"colour": "red"}}}}),
    ):
        with pytest.raises(error):
            await leads.convert(**asked)
    with pytest.raises(NotFound, match="there is no organisation"):
        await convert_leads(leads.database, uuid4(), ConversionRequest(lead_ids=(lead_id,), by="Mere"))
    assert await leads.restaurants() == []
