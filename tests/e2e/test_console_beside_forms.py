"""The console and the Prefect form at once: the first answer counts, and the others are told by whom it was given."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from dev.prefect_ui.operator import Operator, browsing_with
from dev.stack.api_server import sign_in_link, start_api
from dev.stack.keys import new_password
from dev.stack.network import free_port
from registration.gates.questions.company import DECIDE_LATER
from tests.e2e.installation import BY, Installation
from tests.e2e.waiting_gates import COMPANIES, look_away, open_gate
from tests.waiting import eventually

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest_asyncio.fixture(loop_scope="session")
async def people(installation: Installation, browser: Browser) -> AsyncGenerator[tuple[Page, Page]]:
    """Two persons at the console of the installation, each in a browser of their own."""
    stack, port = installation.stack, free_port(None)
    url = f"http://127.0.0.1:{port}"
    settings = {**stack.environment(), "REGISTRATION_API_JWT_SECRET": new_password()}
    async with AsyncExitStack() as exits:
        child = await start_api(url, stack.folder, settings, port)
        exits.push_async_callback(child.stop)
        pages: list[Page] = []
        for name in ("Mere", "Hemi"):
            page = await exits.enter_async_context(browsing_with(browser))
            await page.goto(await sign_in_link(url, stack.settings(), name))
            await page.wait_for_url(f"{url}/")
            pages.append(page)
        yield pages[0], pages[1]


async def test_the_first_answer_counts_wherever_it_is_given(
    operator: Operator, installation: Installation, people: tuple[Page, Page]
) -> None:
    """Three people have three restaurants before them, and each decides one first. Hemi's page hears nothing, so his
    late answers are refused on their rows; Mere's page shows the new rows without a reload; the form gets its refusal
    after it is submitted.
    """
    mere, hemi = people
    batch = await installation.start("Three at once", 3)
    form = await open_gate(operator, installation, batch, COMPANIES, "3 waiting")
    await hemi.route("**/stream**", lambda route: route.abort())
    for page in people:
        await page.goto(f"{page.url}batches/{batch.id}/company-selection")
        await expect(page.locator("tr[id^=ask-]:focus")).to_have_count(1)
    first, second, third = (hemi.locator("tr[id^=ask-]").nth(at) for at in range(3))
    # Hemi drafts an answer to each before anybody has sent one.
    for row in (first, second, third):
        await row.locator("td.name").click()
        await hemi.keyboard.press("m")
    await form.write("Decided by", BY)
    for title in batch.titles[1:]:
        await form.choose(title, DECIDE_LATER)
    assert await form.submit() is None
    await look_away(operator)
    hers = mere.locator("tr[id^=ask-]")
    await expect(hers.nth(0).locator("td.what")).to_contain_text(f"by {BY} (prefect)")
    await hers.nth(1).locator("td.name").click()
    await mere.keyboard.press("1")
    await mere.keyboard.press("Enter")
    await expect(hers.nth(1).locator("td.draft")).to_have_text("✓ sent")
    await hemi.keyboard.press("Enter")
    await expect(first.locator("td.draft")).to_contain_text(f"already decided by {BY} (prefect)")
    await expect(second.locator("td.draft")).to_contain_text("already decided by Mere (console)")
    await expect(third.locator("td.draft")).to_have_text("✓ sent")
    await expect(hers.nth(2).locator("td.what")).to_contain_text("by Hemi (console)")
    await look_away(Operator(hemi, ""))

    async def recorded() -> bool:
        rows = await installation.records.decisions(batch.id)
        accepted = {(row["restaurant"], row["decided_by"]) for row in rows if row["accepted"]}
        names = [title.split(" (", maxsplit=1)[0] for title in batch.titles]
        return accepted >= set(zip(names, (BY, "Mere", "Hemi"), strict=True))

    await eventually(recorded, "each restaurant has the first answer")
    rows = [row for row in await installation.records.decisions(batch.id) if row["decided_by"] == "Hemi"]
    assert sorted(row["accepted"] for row in rows) == [False, False, True]
