"""The page of a batch: every restaurant with its twelve marks, filters, size, and what can be done with a preview."""

import csv
from collections.abc import Mapping
from uuid import UUID

import pytest_asyncio
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import text

from dev.screenshots.desk import Desk
from dev.screenshots.places import places
from registration.workflow.sub_steps import SUB_STEPS
from tests.interfaces.console.visiting import Visit, first
from tests.registration.at_gate import at_company_gate
from tests.registration.tenant import Tenant

LARGEST = 120_000


@pytest_asyncio.fixture
async def twelve(tenant: Tenant) -> UUID:
    """A batch of twelve restaurants, each in another state."""
    return await Desk(tenant.database, tenant.organisation_id).batch("Monday", 12)


async def test_every_restaurant_shows_its_five_steps_and_twelve_sub_steps(visit: Visit, twelve: UUID) -> None:
    """In the order of the batch, with the marks of the command line; a name that looks like markup is text."""
    page = await visit.page(f"/batches/{twelve}")
    rows = page.css("tr[id^=job-]")
    assert [first(row, "td.name").text(strip=True) for row in rows] == [one.name for one in places(12)]
    assert {len(row.css("td.marks .m")) for row in rows} == {5 + len(SUB_STEPS)}
    assert "".join(mark.text() for mark in rows[3].css("td.marks .m")) == "✓✓✓✓✓" + "✓✓✓✓" + "✓✓✓✓✗–" + "–" + "–"
    assert first(rows[3], "td.now").text(strip=True).startswith("menuImport: success was reported")
    doing = [" ".join(first(row, "td.do").text().split()) for row in rows]
    assert doing[2:9] == ["Answer …", "Retry …", "", "Answer …", "Decide …", "", "Retry …"]
    assert "sub-steps done 8 of 12; failed: menu" in first(rows[3], "td.five .vh").text()


async def test_fifty_restaurants_fit_on_one_page(visit: Visit, tenant: Tenant) -> None:
    """In at most 120 kB, with all of their marks."""
    batch = await Desk(tenant.database, tenant.organisation_id).batch("Fifty", 50)
    answer = await visit.get(f"/batches/{batch}")
    assert answer.text.count('id="job-') == 50
    assert len(answer.content) <= LARGEST
    worst = "update registration_jobs set status = 'failed', error_message = repeat('the platform said ', 99)"
    await tenant.everything.execute(text(f"{worst} where batch_job_id = :batch"), {"batch": batch})
    assert len((await visit.get(f"/batches/{batch}")).content) <= LARGEST


async def test_the_address_says_what_is_shown(visit: Visit, twelve: UUID) -> None:
    """Filters and order are sent as links; htmx gets the table alone."""
    path = f"/batches/{twelve}"
    counted = {" ".join(chip.text().split()) for chip in (await visit.page(path)).css("a.chip")}
    assert {"all 12", "needs me 3", "failed 2", "running 5", "done 1"} <= counted
    failed = await visit.page(f"{path}?show=failed&sort=name")
    assert [one.text(strip=True) for one in failed.css("td.name")] == ["Bao & Bird", "Harbour Light Fish & Chips"]
    found = await visit.page(f"{path}?q=christch")
    assert len(found.css("tr[id^=job-]")) == 2
    part = await visit.get(f"{path}?show=needs", hx="true")
    assert part.text.startswith('<div id="list">')
    nothing = await visit.get(f"{path}?q=zzz&show=else&sort=else")
    assert (nothing.status_code, "No restaurant fits" in nothing.text) == (200, True)


async def test_a_retry_says_first_what_it_opens(visit: Visit, twelve: UUID, tenant: Tenant) -> None:
    """Nothing is written before; then each restaurant is opened, and the person is recorded."""
    before = await _statuses(tenant, twelve)
    preview = await visit.get(f"/batches/{twelve}/retry", hx="true")
    assert "Retry 2 of 2" in preview.text
    assert "opens menu, options, tags" in preview.text
    assert "Recorded as <strong>Mere</strong>" in preview.text
    assert await _statuses(tenant, twelve) == before
    done = await visit.post(f"/batches/{twelve}/retry", {"why": "the menu was mended"})
    assert "2 restaurants opened again" in done.text, done.text
    query = (
        "select distinct actor, reason from registration_events where batch_job_id = :batch and what like '% reopened'"
    )
    assert await _rows(tenant, query, twelve) == [("Mere", "the menu was mended")]
    again = await visit.post(f"/batches/{twelve}/retry")
    assert "0 restaurants opened again" in again.text


async def test_chosen_restaurants_are_retried_and_cancelled_alone(visit: Visit, twelve: UUID, tenant: Tenant) -> None:
    """One that did not fail is refused by name; jobs of other batches are not found."""
    jobs = [
        str(one)
        for one, _ in await _rows(
            tenant, "select id, position from registration_jobs where batch_job_id = :batch order by position", twelve
        )
    ]
    preview = await visit.get(f"/batches/{twelve}/retry?jobs={jobs[3]}&jobs={jobs[0]}", hx="true")
    assert "Retry 1 of 2" in preview.text
    cancelled = await visit.post(f"/batches/{twelve}/cancel", {"jobs": [jobs[1]]})
    assert "Pho Hanoi Corner: no further effect starts" in cancelled.text
    query = "select count(*), min(position) from registration_jobs where batch_job_id = :batch and stop_requested_at"
    assert await _rows(tenant, f"{query} is not null", twelve) == [(1, 2)]
    elsewhere = await at_company_gate(tenant, name="Kai")
    assert (await visit.post(f"/batches/{twelve}/retry", {"jobs": [str(elsewhere.job_id)]})).status_code == 404


async def test_a_cancel_names_what_is_in_flight(visit: Visit, twelve: UUID, tenant: Tenant) -> None:
    """What was sent may still happen; it is said before and after."""
    preview = await visit.get(f"/batches/{twelve}/cancel", hx="true")
    assert "Cancel the batch Monday?" in preview.text
    assert "8 not ended" in preview.text
    assert "servicesConfig" in preview.text
    done = await visit.post(f"/batches/{twelve}/cancel", {"why": "wrong list"})
    assert "8 restaurants cancelled, 4 had ended before" in done.text, done.text
    [(flag, _)] = await _rows(
        tenant, "select stop_requested_at is not null, 1 from registration_batch_jobs where id = :batch", twelve
    )
    assert flag is True
    assert f'href="/batches/{twelve}/cancel"' not in (await visit.get(f"/batches/{twelve}")).text


async def test_a_batch_that_was_not_started_is_started_once(visit: Visit, tenant: Tenant) -> None:
    """A double click is no error; without the Prefect server the start stands all the same."""
    batch = await Desk(tenant.database, tenant.organisation_id).batch("Later", 2, begun=False)
    assert "not started" in (await visit.get(f"/batches/{batch}")).text
    once = await visit.post(f"/batches/{batch}/start")
    second = await visit.post(f"/batches/{batch}/start")
    assert ("The batch is started" in once.text, "was started before" in second.text) == (True, True)
    assert "recovery starts the batch" in once.text


async def test_a_halted_batch_says_why_and_is_continued(visit: Visit, twelve: UUID, tenant: Tenant) -> None:
    """The reason stands above the rows, in the inbox and in the question."""
    halt = text("update registration_batch_jobs set stopped_reason = '5 of 8 failed <b>' where id = :batch")
    await tenant.everything.execute(halt, {"batch": twelve})
    page = await visit.get(f"/batches/{twelve}")
    assert "5 of 8 failed &lt;b&gt;" in page.text
    assert "5 of 8 failed &lt;b&gt;" in (await visit.get("/")).text
    assert "Continue Monday?" in (await visit.get(f"/batches/{twelve}/continue", hx="true")).text
    assert "The batch goes on" in (await visit.post(f"/batches/{twelve}/continue")).text
    refused = await visit.post(f"/batches/{twelve}/continue")
    assert (refused.status_code, "nothing to continue" in refused.text) == (409, True)


async def test_a_batch_is_renamed_in_a_dialog(visit: Visit, twelve: UUID, tenant: Tenant) -> None:
    """What cannot be a name is said in the form as it was typed; both names are recorded, with the person."""
    dialog = LexborHTMLParser((await visit.get(f"/batches/{twelve}/rename", hx="true")).text)
    assert first(dialog, "input[name=name]").attributes["value"] == "Monday"
    for wrong in (" ", "M" * 301, "Mon\x07day"):
        refused = await visit.post(f"/batches/{twelve}/rename", {"name": wrong})
        assert (refused.status_code, "one line of 1 to 300 characters" in refused.text) == (422, True), wrong
    for _ in range(2):
        done = await visit.post(f"/batches/{twelve}/rename", {"name": " <b>Tuesday</b>  list", "why": "typing error"})
        assert done.headers["hx-redirect"] == f"/batches/{twelve}"
    assert first(await visit.page(f"/batches/{twelve}"), "h1").text() == "<b>Tuesday</b> list"
    query = "select data - 'actor_id', actor || ': ' || reason from registration_events where what = 'batch renamed'"
    assert await _rows(tenant, f"{query} and batch_job_id = :batch", twelve) == [
        ({"before": "Monday", "name": "<b>Tuesday</b> list"}, "Mere: typing error")
    ]


async def test_attempts_are_counted_as_people_count(visit: Visit, twelve: UUID, tenant: Tenant) -> None:
    """The row counts what failed before: one failure is the second attempt."""
    repeated = "update registration_sub_steps set attempt = 1 where name = 'menuImport' and status = 'failed'"
    await tenant.everything.execute(text(f"{repeated} and organisation_id = :id"), {"id": tenant.organisation_id})
    row = (await visit.page(f"/batches/{twelve}")).css("tr[id^=job-]")[3]
    [title] = [mark.attributes["title"] or "" for mark in row.css(".m.bad") if "title" in mark.attributes]
    assert title.startswith("menuImport: failed, attempt 2"), title
    job = first(row, "a[data-main]").attributes["href"] or ""
    facts = first(await visit.page(job), "#sub-menuImport .facts").text(separator=" ", strip=True)
    assert facts.startswith("attempts 2"), facts


async def test_results_are_a_file(visit: Visit, twelve: UUID) -> None:
    """A line for each restaurant, and the heads of the columns."""
    answer = await visit.get(f"/batches/{twelve}/results.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    assert len(list(csv.reader(answer.text.splitlines(keepends=True)))) == 13


async def _rows(tenant: Tenant, query: str, batch: UUID) -> list[tuple[object, object]]:
    found = await tenant.everything.execute(text(query), {"batch": batch})
    return [(row[0], row[1]) for row in found]


async def _statuses(tenant: Tenant, batch: UUID) -> Mapping[object, object]:
    query = "select id, status from registration_jobs where batch_job_id = :batch"
    return dict(await _rows(tenant, query, batch))
