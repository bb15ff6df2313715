"""The company gate in a real browser: fifty restaurants by keys, two people at once, drafts and inputs that stay."""

from time import monotonic
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import text

from dev.screenshots.companies import companies_to_choose
from dev.screenshots.desk import Desk
from registration.companies.queries import save_search
from registration.gates.decide import decide
from registration.gates.decisions import Channel, NoMatch, SearchAgain, SubmittedAnswer
from registration.states import StepStatus
from registration.workflow.step_queries import advance, arrive_at
from registration.workflow.steps import GateName, Step
from tests.interfaces.console.browsing import Desktop, Serving, at_desk
from tests.registration.at_gate import NUMBERS, QUERY, found_companies
from tests.registration.tenant import Tenant

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MOST_KEYS, MOST_SECONDS = 15, 60


def _desk(tenant: Tenant) -> Desk:
    return Desk(tenant.database, tenant.organisation_id)


async def _press(page: Page, *keys: str) -> int:
    for key in keys:
        await page.keyboard.press(key)
    return len(keys)


async def _answers(tenant: Tenant, batch: UUID) -> dict[str, int]:
    """How many of each kind of answer were accepted through the console."""
    query = text(
        "select d.answer ->> 'kind', count(*) from registration_decisions d join registration_jobs j on j.id = d.job_id"
        " where j.batch_job_id = :batch and d.accepted and d.source = 'console' group by 1"
    )
    return {row[0]: row[1] for row in await tenant.everything.execute(query, {"batch": batch})}


async def test_fifty_restaurants_are_decided_with_fifteen_keys(desk: Desktop, tenant: Tenant) -> None:
    """45 clear at once, 5 by evidence; what was accepted can be taken back until it is sent."""
    batch, jobs = await companies_to_choose(_desk(tenant), "Monday", 50, 5)
    await desk.open(f"/batches/{batch}/company-selection")
    page = desk.page
    await expect(page.locator(f"#ask-{jobs[45]}")).to_be_focused()
    began = monotonic()
    pressed = await _press(page, "A", "u")
    await expect(page.locator("#company-submit b")).to_have_text("0")
    pressed += await _press(page, "A", "1", "m", "x", "1", "2")
    await expect(page.locator("#company-submit b")).to_have_text("50")
    await expect(page.locator(f"#ask-{jobs[49]} td.draft")).to_contain_text("2 ")
    pressed += await _press(page, "Enter")
    await expect(page.locator("#company-outcome")).to_contain_text("50 answers are taken")
    await expect(page.locator("td.draft[data-kind=accepted]")).to_have_count(50)
    await expect(page.locator("#company-head")).to_contain_text("50 decided")
    assert pressed <= MOST_KEYS
    assert monotonic() - began <= MOST_SECONDS
    assert await _answers(tenant, batch) == {"company": 48, "no_match": 1, "leave_out": 1}
    assert not [one for one in desk.requests if not one.startswith(f"{desk.url}/")]
    assert not desk.complaints


async def test_the_first_of_two_people_wins(desk: Desktop, browser: Browser, serving: Serving, tenant: Tenant) -> None:
    """The second is told on the row: at once by the stream, else with the answer that was not taken."""
    batch, jobs = await companies_to_choose(_desk(tenant), "Monday", 3, 3)
    async with at_desk(browser, serving, tenant, "Hemi") as hemi:
        # No stream tells Hemi what happens.
        await hemi.page.route("**/stream**", lambda route: route.abort())
        for one in (desk, hemi):
            await one.open(f"/batches/{batch}/company-selection")
            await expect(one.page.locator(f"#ask-{jobs[0]}")).to_be_focused()
        await expect(desk.page.locator("#others")).to_be_hidden()
        await _press(hemi.page, "2", "m")
        await _press(desk.page, "1", "Enter")
        mine = desk.page.locator(f"#ask-{jobs[0]}")
        await expect(mine).to_have_attribute("data-state", "decided")
        await expect(mine.locator("td.what")).to_contain_text("by Mere (console)")
        await _press(hemi.page, "Enter")
        await expect(hemi.page.locator(f"#ask-{jobs[0]} td.draft")).to_contain_text("already decided by Mere (console)")
        await expect(hemi.page.locator(f"#ask-{jobs[1]} td.draft")).to_have_text("✓ sent")
        await hemi.page.unroute("**/stream**")
        await expect(desk.page.locator("#others")).to_have_text("Here now: Hemi, Mere. The first answer counts.")
        await expect(hemi.page.locator(f"#ask-{jobs[0]} td.what")).to_contain_text("by Mere (console)")
        await expect(hemi.page.locator(f"#ask-{jobs[0]} td.draft")).to_contain_text("already decided by Mere (console)")
    await expect(desk.page.locator(f"#ask-{jobs[1]} td.what")).to_contain_text("by Hemi (console)")
    await expect(desk.page.locator("#others")).to_be_hidden()


async def test_what_is_typed_and_drafted_stays(desk: Desktop, tenant: Tenant) -> None:
    """While rows change beside it, and when the page is loaded again; a draft that is too late says so."""
    batch, jobs = await companies_to_choose(_desk(tenant), "Monday", 5, 5)
    await desk.open(f"/batches/{batch}/company-selection")
    page = desk.page
    await expect(page.locator(f"#ask-{jobs[0]}")).to_be_focused()
    await _press(page, "1", "m", "s")
    name = page.locator("#company-form input[name=name]")
    await expect(name).to_be_focused()
    await name.fill("Whetū, other words")
    for job in (jobs[0], jobs[2]):
        await _decide_elsewhere(tenant, job)
    await expect(page.locator(f"#ask-{jobs[2]}")).to_have_attribute("data-state", "decided")
    await expect(page.locator(f"#ask-{jobs[0]} td.draft")).to_contain_text("not sent: it is decided")
    await expect(name).to_be_focused()
    assert await name.input_value() == "Whetū, other words"
    await page.reload()
    await expect(page.locator(f"#ask-{jobs[1]} td.draft")).to_have_text("no match")
    await _press(page, "n", "s")
    await expect(name).to_be_focused()
    await name.fill("Something else")
    await _press(page, "Enter")
    await expect(page.locator(f"#ask-{jobs[3]}")).to_have_attribute("data-state", "searching")
    await expect(page.locator(f"#ask-{jobs[3]} td.what")).to_contain_text("searching …")
    await expect(page.locator(f"#ask-{jobs[4]}")).to_be_focused()
    assert await _answers(tenant, batch) == {"search_again": 1}
    await _find_again(tenant, jobs[3])
    again = page.locator(f"#ask-{jobs[3]}")
    await expect(again).to_have_attribute("data-visit", "2")
    await expect(again.locator("td.what")).to_contain_text("2 found: KAI 1234567 LIMITED")
    await expect(again.locator("td.draft")).to_have_text("")
    await _press(page, "k")
    await expect(page.locator("#evidence")).to_contain_text("KAI 7654321 LIMITED")


async def test_a_killed_server_costs_nothing(desk: Desktop, serving: Serving, tenant: Tenant) -> None:
    """A grey bar while it is away; then what happened meanwhile is shown, drafts and typed words are there, and what
    was sent in between is sent once. Nobody loads a page.
    """
    batch, jobs = await companies_to_choose(_desk(tenant), "Monday", 4, 4)
    await desk.open(f"/batches/{batch}/company-selection")
    page = desk.page
    await expect(page.locator(f"#ask-{jobs[0]}")).to_be_focused()
    await expect(page.locator("#lost")).to_be_hidden()
    await _press(page, "1", "m", "s")
    name = page.locator("#company-form input[name=name]")
    await name.fill("Whetū, other words")
    serving.kill()
    await expect(page.locator("#lost")).to_contain_text("Not live since")
    await _press(page, "Escape", "Enter")
    await expect(page.locator("#said")).to_contain_text("The console does not answer. Nothing was sent twice")
    await _decide_elsewhere(tenant, jobs[3])
    await serving.start()
    await expect(page.locator("#lost")).to_be_hidden()
    await expect(page.locator(f"#ask-{jobs[3]}")).to_have_attribute("data-state", "decided")
    await expect(page.locator("#company-submit b")).to_have_text("2")
    await page.locator(f"#ask-{jobs[2]} td.name").click()
    await _press(page, "s")
    await expect(name).to_have_value("Whetū, other words")
    await _press(page, "Escape", "Enter")
    await expect(page.locator("#company-outcome")).to_contain_text("2 answers are taken")
    assert await _answers(tenant, batch) == {"company": 1, "no_match": 1}


async def test_an_answer_to_an_earlier_question_is_refused_with_words(desk: Desktop, tenant: Tenant) -> None:
    """The page was open for an hour and heard nothing: meanwhile the register was searched anew. The row says so, and
    nothing is decided by what was seen then.
    """
    batch, jobs = await companies_to_choose(_desk(tenant), "Monday", 3, 3)
    page = desk.page
    await page.route("**/stream**", lambda route: route.abort())
    await desk.open(f"/batches/{batch}/company-selection")
    await expect(page.locator(f"#ask-{jobs[0]}")).to_be_focused()
    await _press(page, "1", "m")
    await _decide_elsewhere(tenant, jobs[0], SearchAgain(query=QUERY))
    await _find_again(tenant, jobs[0])
    await _press(page, "Enter")
    refused = page.locator(f"#ask-{jobs[0]} td.draft")
    await expect(refused).to_contain_text("already decided by Hemi (cli)")
    await expect(refused).to_contain_text("search again")
    await expect(page.locator(f"#ask-{jobs[1]} td.draft")).to_have_text("✓ sent")
    assert await _answers(tenant, batch) == {"no_match": 1}
    await page.unroute("**/stream**")
    asked = page.locator(f"#ask-{jobs[0]}")
    await expect(asked).to_have_attribute("data-visit", "2")
    await expect(asked.locator("td.what")).to_contain_text("2 found: KAI 1234567 LIMITED")


async def _decide_elsewhere(tenant: Tenant, job: UUID, decided: NoMatch | SearchAgain | None = None) -> None:
    answer = SubmittedAnswer(
        job_id=job,
        gate=GateName.COMPANY_SELECTION,
        visit=1,
        answer=decided or NoMatch(),
        decided_by="Hemi",
        channel=Channel.CLI,
    )
    verdict = await decide(tenant.database, tenant.organisation_id, answer)
    assert verdict.accepted, verdict


async def _find_again(tenant: Tenant, job: UUID) -> None:
    """The register is searched once more, as the pipeline does it, and the restaurant asks again."""
    query = text("select restaurant_id from registration_jobs where id = :job")
    restaurant: UUID = (await tenant.everything.execute(query, {"job": job})).scalar_one()
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await advance(transaction, job, Step.SEARCH, StepStatus.IN_PROGRESS)
        found = found_companies(*NUMBERS).model_copy(update={"preselected": None})
        await save_search(transaction, job, restaurant, 2, QUERY, {}, found)
        await advance(transaction, job, Step.SEARCH, StepStatus.COMPLETED)
        await arrive_at(transaction, job, Step.COMPANY_SELECTION)
