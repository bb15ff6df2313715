"""The leads: filters, a dry run before a conversion, corrections, deletions."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.schedules import CronSchedule
from prefect.states import Scheduled
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import text

from dev.stack.prefect_server import PrefectAddress
from interfaces.console.edit_forms import changes
from interfaces.console.pages.leads.view import FIELDS
from interfaces.console.rendering import text_of
from tasks.batch_runs import Intake, read_intake
from tests.interfaces.console.visiting import Visit, first
from tests.prefect_clients import client_of
from tests.registration.leads.make import add_leads, add_scrape_job
from tests.registration.tenant import Tenant


async def _leads(tenant: Tenant, count: int = 2, **values: Any) -> list[UUID]:
    job = await add_scrape_job(tenant.everything, tenant.organisation_id)
    return await add_leads(tenant.everything, tenant.organisation_id, job, count, **values)


def _asked(ids: list[UUID], what: str = "convert") -> str:
    return f"/leads/{what}?" + "&".join(f"leads={one}" for one in ids)


async def _form(visit: Visit, ids: list[UUID]) -> dict[str, Any]:
    page = LexborHTMLParser((await visit.get(_asked(ids), hx="true")).text)
    [key] = page.css("input[name=key]")
    return {"key": key.attributes["value"], "leads": list(map(str, ids)), "address_source": "auto"}


async def _number(tenant: Tenant, table: str) -> int:
    query = text(f"select count(*) from {table} where organisation_id = :organisation")
    return (await tenant.everything.execute(query, {"organisation": tenant.organisation_id})).scalar_one()


async def test_pending_leads_are_listed_with_what_they_lack(visit: Visit, tenant: Tenant, other: Tenant) -> None:
    """Filters stand in the address; an empty list says what comes here."""
    assert "No lead waits" in (await visit.get("/leads")).text
    await _leads(tenant, 2, city="Bluff")
    await _leads(tenant, 1, restaurant_name="<b>Tio</b>", city="Gore", ubereats_cuisine=["Oysters"])
    await _leads(other, 1, restaurant_name="Theirs")
    page = await visit.page("/leads")
    assert "<b>Tio</b>" in [one.text() for one in page.css("td.name b")]
    assert "no e-mail, phone" in page.css("tbody tr")[0].text()
    job = await add_scrape_job(tenant.everything, tenant.organisation_id)
    change = text("update lead_scrape_jobs set platform = 'doordash' where id = :job")
    await tenant.everything.execute(change, {"job": job})
    await add_leads(tenant.everything, tenant.organisation_id, job, 1, restaurant_name="Dash", city="Gore")
    offered = [one.attributes["value"] for one in (await visit.page("/leads")).css("#pick-platform input")]
    assert offered == sorted({"doordash", first(page, "tbody tr").css("td")[4].text()})
    for query, count in {
        "platform=doordash": 1,
        "platform=doordash&city=bluff": 0,
        "city=bluff": 2,
        "cuisine=oysters": 1,
        "q=kai": 2,
        "q=theirs": 0,
    }.items():
        assert len((await visit.page(f"/leads?{query}")).css("tr[id^=lead-]")) == count, query


async def test_a_conversion_is_previewed_and_done_once(visit: Visit, tenant: Tenant) -> None:
    """The dry run writes nothing; a form that is sent twice makes one batch."""
    ids = await _leads(tenant, 2, phone="call us", city="Bluff")
    ids += await _leads(tenant, 1, restaurant_name="   ")
    preview = LexborHTMLParser((await visit.get(_asked(ids), hx="true")).text)
    assert first(preview, "#dialog-title").text() == "Convert 2 of 3 leads"
    assert "call us" in first(preview, "table").text()
    assert await _number(tenant, "restaurants") == 0
    form = await _form(visit, ids) | {"then": "start", "name": "Monday"}
    done, again = [LexborHTMLParser((await visit.post("/leads/convert", form)).text) for _ in range(2)]
    assert first(done, "#dialog-title").text() == "2 converted, 1 not converted"
    assert first(again, "#dialog-title").text() == "0 converted, 2 already converted, 1 not converted"
    [link] = {one.attributes["href"] for page in (done, again) for one in page.css("ul a")}
    assert "Monday" in first(await visit.page(link or ""), "h1").text()
    assert (await _number(tenant, "restaurants"), await _number(tenant, "registration_batch_jobs")) == (2, 1)


async def test_dialogs_of_many_leads_are_asked_for_by_post(visit: Visit, tenant: Tenant) -> None:
    """As those that an address names; nothing is changed by them."""
    ids = await _leads(tenant, 3, phone="call us", city="Bluff")
    many = {"leads": " ".join(map(str, ids))}
    assert set((await visit.get("/leads/fitting?city=bluff&q=kai")).json()) == set(map(str, ids))
    assert (await visit.get("/leads/fitting?city=gore")).json() == []
    for what, title in (("convert", "Convert 3 of 3 leads"), ("delete", "Delete 3 leads?")):
        dialog = LexborHTMLParser((await visit.post(f"/leads/{what}/dialog", many)).text)
        assert first(dialog, "#dialog-title").text() == title
        assert first(dialog, "input[name=leads]").attributes["value"] == many["leads"]
    plain = first(LexborHTMLParser((await visit.get(_asked(ids), hx="true")).text), "[name=then]").attributes["value"]
    other = await visit.post(
        "/leads/convert/dialog", many | {"address_source": "google", "name": "Monday", "then": plain}
    )
    assert first(LexborHTMLParser(other.text), "option[selected]").attributes["value"] == "google"
    assert "only convert" in first(LexborHTMLParser(other.text), "label:has([checked])").text()
    assert await _number(tenant, "restaurants") == 0
    assert "3 deleted" in (await visit.post("/leads/delete", many)).text


async def test_a_lead_is_corrected_field_by_field(visit: Visit, tenant: Tenant) -> None:
    """A scraped value that is not valid stays, unless somebody changes it; what is wrong stands beside its field."""
    [lead] = await _leads(tenant, 1, phone="call us", city="Bluf")
    path = f"/leads/{lead}/edit"
    page = LexborHTMLParser((await visit.get(path, hx="true")).text)
    sent = {one.attributes["name"] or "": one.attributes["value"] or "" for one in page.css("form input")}
    wrong = await visit.post(path, sent | {"city": "Bluff", "email": "nobody"})
    assert (wrong.status_code, 'value="Bluff"' in wrong.text) == (422, True)
    assert first(LexborHTMLParser(wrong.text), ".field.wrong input").attributes["name"] == "email"
    done = await visit.post(path, sent | {"city": "Bluff"})
    assert "1 field changed" in done.text, done.text
    row = (await tenant.everything.execute(text("select city, phone from leads where id = :id"), {"id": lead})).one()
    assert tuple(row) == ("Bluff", "call us")


async def test_leads_are_deleted_all_or_none(visit: Visit, tenant: Tenant) -> None:
    """With person and reason; a repetition finds them deleted, a converted one stops it."""
    ids = await _leads(tenant, 3)
    await visit.post("/leads/convert", await _form(visit, ids[:1]))
    assert (await visit.post("/leads/delete", {"leads": list(map(str, ids))})).status_code == 409
    assert await _number(tenant, "leads") == 3
    assert "Kai 2" in (await visit.get(_asked(ids[1:], "delete"), hx="true")).text
    both = [await visit.post("/leads/delete", {"leads": list(map(str, ids[1:])), "why": "closed"}) for _ in range(2)]
    assert ["2 deleted" in one.text for one in both] == [True, False]
    assert "0 deleted, 2 were deleted before" in both[1].text
    events = text("select actor, reason from registration_events where what = 'lead deleted' and organisation_id = :id")
    found = (await tenant.everything.execute(events, {"id": tenant.organisation_id})).all()
    assert [tuple(one) for one in found] == [("Mere", "closed")] * 2


async def test_leads_of_others_are_those_of_nobody(visit: Visit, other: Tenant) -> None:
    """For every address of a lead."""
    [theirs] = await _leads(other, 1)
    for one in (theirs, uuid4()):
        assert (await visit.get(f"/leads/{one}/edit")).status_code == 404
        assert (await visit.post(f"/leads/{one}/edit", {"city": "Bluff", "was_city": ""})).status_code == 404
        assert (await visit.get(_asked([one], "delete"))).status_code == 404
        assert (await visit.post("/leads/delete", {"leads": str(one)})).status_code == 404
        assert "there is no such lead" in (await visit.get(_asked([one]))).text


@pytest.mark.parametrize(
    "sent, changed",
    [
        ({"city": "Bluff", "was_city": "Bluff"}, {}),
        ({"city": "Bluff", "was_city": ""}, {"city": "Bluff"}),
        ({"city": "", "was_city": "Bluff"}, {"city": ""}),
        ({"opening_hours_text": "Mon\r\nTue", "was_opening_hours_text": "Mon\nTue"}, {}),
        ({"converted_by": "me", "was_converted_by": ""}, {}),
    ],
)
def test_only_what_was_changed_is_written(sent: dict[str, str], changed: dict[str, str]) -> None:
    """So that nobody overwrites what somebody else has corrected."""
    assert changes(FIELDS, sent) == changed


async def test_the_next_intake_is_known_to_the_prefect_server(prefect_server: PrefectAddress, tenant: Tenant) -> None:
    """While its schedule is on; the page says whose leads it takes, and when the server does not answer."""
    nightly = DeploymentScheduleCreate(schedule=CronSchedule(cron="0 2 * * *"), active=True, slug="nightly")
    name = f"nightly-{tenant.organisation_id.hex}"
    tonight = datetime.now(UTC) + timedelta(hours=6)
    async with client_of(prefect_server) as client:
        flow_id = await client.create_flow_from_name("intake")
        mine = {"organisation_id": str(tenant.organisation_id)}
        made = await client.create_deployment(flow_id, name, schedules=[nightly], parameters=mine)
        await client.create_flow_run_from_deployment(made, state=Scheduled(scheduled_time=tonight))
        found = await read_intake(f"intake/{name}")
        assert found is not None
        assert (found.organisation_id, found.is_on) == (str(tenant.organisation_id), True)
        assert found.next_at is not None
        assert found.next_at <= tonight
        await client.delete_deployment(made)
    assert await read_intake(f"intake/{name}") is None


async def test_the_page_says_when_leads_are_taken_in(visit: Visit) -> None:
    """The list does not wait for the Prefect server, which is away here."""
    assert 'hx-get="/leads/intake"' in (await visit.get("/leads")).text
    assert "does not answer" in (await visit.get("/leads/intake", hx="true")).text
    tonight = datetime(2026, 12, 1, 13, 0, tzinfo=UTC)
    said = [
        str(text_of("leads/parts.html", "intake", one, True))
        for one in (None, Intake("", False, None), Intake("", True, None), Intake("", True, tonight))
    ]
    assert ["No leads" in one for one in said] == [True, True, False, False]
    assert "2026-12-01T13:00:00+00:00" in said[-1]
