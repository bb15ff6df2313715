"""The inbox and the list of batches: what needs somebody comes first, filters stand in the address."""

from uuid import UUID

import pytest_asyncio
from sqlalchemy import text

from dev.screenshots.desk import Desk
from tests.interfaces.console.visiting import Visit, first
from tests.registration.at_gate import at_company_gate, at_config_gate
from tests.registration.tenant import Tenant


@pytest_asyncio.fixture
async def desk(tenant: Tenant) -> Desk:
    """The batches of this test's organisation."""
    return Desk(tenant.database, tenant.organisation_id)


async def test_an_empty_inbox_says_so(visit: Visit) -> None:
    """So does a list without batches."""
    assert "Nothing waits for you" in (await visit.get("/")).text
    assert "No batches yet" in (await visit.get("/batches")).text
    assert first(await visit.page("/"), "#inbox-count").text() == "0"


async def test_the_inbox_has_everything_that_waits(visit: Visit, desk: Desk) -> None:
    """One line for each batch and thing to do, with the way to it; the rail of every page has their number."""
    batch = await desk.batch("Monday", 12)
    page = await visit.page("/")
    lines = {first(row, "a.main").text(): row for row in page.css("#inbox-lines tbody tr")}
    assert set(lines) == {
        "choose companies",
        "confirm configurations",
        "tell what happened",
        "retry or leave what failed",
        "start: nobody works on it",
    }
    company = first(lines["choose companies"], "a.main").attributes["href"]
    assert company == f"/batches/{batch}/company-selection"
    buttons = {what: [one.text() for one in row.css("td.do a")] for what, row in lines.items()}
    assert buttons["choose companies"] == ["Answer …"]
    assert buttons["retry or leave what failed"] == ["Retry …", "Leave …"]
    assert "Kererū Kitchen" in lines["choose companies"].text()
    for path in ("/", "/batches", f"/batches/{batch}"):
        assert first(await visit.page(path), "#inbox-count").text() == str(len(lines)), path


async def test_what_failed_leaves_the_inbox_with_a_later_registration(visit: Visit, desk: Desk, tenant: Tenant) -> None:
    """A restaurant that is registered in another batch needs nobody here."""
    batch = await desk.batch("Monday", 4)
    assert "retry or leave what failed" in (await visit.get("/")).text
    query = text("select restaurant_id from registration_jobs where batch_job_id = :batch and status = 'failed'")
    restaurant: UUID = (await tenant.everything.execute(query, {"batch": batch})).scalar_one()
    await tenant.batch(restaurant)
    assert "retry or leave what failed" not in (await visit.get("/")).text


async def test_what_somebody_leaves_leaves_the_inbox(visit: Visit, desk: Desk, tenant: Tenant) -> None:
    """With a word of who and why; what fails again later is there again."""
    batch = await desk.batch("Monday", 4)
    row = first(await visit.page("/"), "#inbox-lines tr:has(a[href$=leave])")
    assert "retry or leave what failed" in row.text()
    preview = await visit.get(f"/batches/{batch}/leave", hx="true")
    assert "Harbour Light Fish &amp; Chips" in preview.text
    left = await visit.post(f"/batches/{batch}/leave", {"why": "closed"})
    assert "1 restaurant left as it is" in left.text, left.text
    assert "retry or leave what failed" not in (await visit.get("/")).text
    again = text("update registration_jobs set completed_at = clock_timestamp() where batch_job_id = :batch")
    await tenant.everything.execute(again, {"batch": batch})
    assert "retry or leave what failed" in (await visit.get("/")).text


async def test_batches_that_need_somebody_come_first(visit: Visit, desk: Desk) -> None:
    """Then the newest; each has a tick for each of its restaurants."""
    await desk.batch("Waits", 3)
    await desk.batch("Newer", 2, begun=False)
    await desk.batch("Newest", 2, begun=False)
    page = await visit.page("/batches")
    assert [one.text() for one in page.css("td.name a")] == ["Waits", "Newest", "Newer"]
    assert [len(one.css("b")) for one in page.css(".ticks")] == [3, 2, 2]
    assert first(page, "tr[id^=batch-] .waiting").text() is not None
    assert "1 completed, 1 action required, 1 in progress" in (first(page, ".ticks").attributes["title"] or "")


async def test_filters_hide_nothing_without_saying_so(visit: Visit, desk: Desk, tenant: Tenant) -> None:
    """The list says how many of all are shown; options are the values that occur, none is preselected."""
    await desk.batch("Monday", 3)
    await at_company_gate(tenant, name="Kai", city="Bluff")
    await at_config_gate(tenant, name="Tio", city="Bluff", cuisine=["Oysters"])
    page = await visit.page("/batches")
    assert page.css("input[type=checkbox][checked]") == []
    assert "showing 3" in first(page, ".showing").text()
    options = {box.attributes["value"] for box in page.css("input[name=city]")}
    assert {"Bluff", "Auckland"} <= options
    counts = {"city=Bluff": 2, "cuisine=oysters": 1, "q=saffron": 1, "show=ended": 0, "by=nobody": 0}
    for query, count in counts.items():
        found = await visit.page(f"/batches?{query}")
        assert len(found.css("tr[id^=batch-]")) == count, query
        assert ("of all 3" if count else "3 do without them") in (found.html or ""), query
    part = await visit.get("/batches?show=needs", hx="true")
    assert part.text.startswith('<div id="list" ')


async def test_pages_of_the_list_follow_each_other(visit: Visit, desk: Desk) -> None:
    """Each batch is on one of them."""
    for number in range(27):
        await desk.batch(f"Batch {number}", 1, begun=False)
    newer = await visit.page("/batches?q=batch")
    following = first(newer, "a[rel=next]").attributes["href"] or ""
    second = await visit.page(following)
    names = [one.text() for page in (newer, second) for one in page.css("td.name a")]
    assert (len(names), len(set(names)), "q=batch" in following) == (27, 27, True)
    assert first(second, "a[rel=prev]").attributes["href"] == "/batches?q=batch&after=0"


async def test_the_search_finds_ids_and_names(visit: Visit, desk: Desk) -> None:
    """The beginning of an id is enough; everything else is looked for in the list."""
    batch = await desk.batch("Monday", 1)
    for typed in (str(batch), str(batch)[:8]):
        assert (await visit.get(f"/search?q={typed}")).headers["location"] == f"/batches/{batch}"
    assert (await visit.get("/search?q=Kai+%26+Co")).headers["location"] == "/batches?q=Kai+%26+Co"
