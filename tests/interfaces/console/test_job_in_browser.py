"""The drawer and the page of a restaurant in a real browser: keys, a preview and its command, live, a password that
hides.
"""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
from cryptography.fernet import Fernet
from playwright.async_api import Browser, expect
from pydantic import SecretStr

from dev.stack.databases import DatabaseUrls
from dev.stack.network import free_port
from registration.accounts.passwords import Cipher
from registration.accounts.service import set_password
from registration.states import SubStepStatus
from registration.workflow.sub_steps import SUB_STEPS, SubStepName
from registration.workflow.transition_queries import Attribution, move_sub_step
from tests.interfaces.console.browsing import Desktop, Serving, at_desk
from tests.registration.operations.ended_jobs import ended_job
from tests.registration.tenant import Tenant

pytestmark = [pytest.mark.browser, pytest.mark.slow]
N = SubStepName
KEY, PASSWORD = Fernet.generate_key().decode(), "Correct.Horse-7Battery"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def serving(database_urls: DatabaseUrls, stack_folder: Path) -> AsyncGenerator[Serving]:
    """The program of this file's tests, with a key for passwords."""
    made = Serving(database_urls, stack_folder, free_port(None))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("REGISTRATION_ENCRYPTION_KEYS", KEY)
        await made.start()
    yield made
    await made.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(browser: Browser, serving: Serving, tenant: Tenant) -> AsyncGenerator[Desktop]:
    """An administrator of this test's organisation at the console."""
    async with at_desk(browser, serving, tenant, role="admin") as made:
        yield made


async def test_a_restaurant_is_opened_retried_and_watched_by_keyboard(desk: Desktop, tenant: Tenant) -> None:
    """The drawer beside the batch; what somebody opened stays open while its part changes; the focus comes back."""
    job = await ended_job(tenant, N.MENU_IMPORT)
    await desk.open(f"/batches/{job.batch_id}")
    keys, drawer, dialog = desk.page.keyboard, desk.page.locator("#drawer"), desk.page.locator("#dialog")
    row = desk.page.locator(f"#job-{job.job_id}")
    await keys.press("j")
    await keys.press("Enter")
    menu = drawer.locator("#sub-menuImport")
    await expect(menu).to_contain_text("the platform said no")
    await expect(drawer).to_be_focused()
    for _ in range(4):
        await keys.press("j")
    await expect(drawer.locator("#sub-uploadImages > summary")).to_be_focused()
    await keys.press("Enter")
    await expect(drawer.locator("#sub-uploadImages > div")).to_be_visible()
    await menu.get_by_role("link", name="Retry …").press("Enter")
    await expect(dialog).to_contain_text("menuImport, optionSets, itemTags")
    await dialog.get_by_role("button", name="Retry").press("Enter")
    await expect(dialog).to_contain_text("is open again")
    await keys.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(menu.locator(".sub-words")).to_have_text("pending")
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await move_sub_step(transaction, job.job_id, N.MENU_IMPORT, SubStepStatus.IN_PROGRESS)
    await expect(menu.locator(".sub-words")).to_contain_text("in progress")
    bar = menu.locator("rect[data-open]").last
    before = float(await bar.get_attribute("width") or 0)
    await desk.page.wait_for_function(
        "before => document.querySelector('#sub-menuImport rect[data-open]').width.baseVal.value > before",
        arg=before + 1,
    )
    await expect(drawer.locator("#sub-uploadImages > div")).to_be_visible()
    await drawer.locator("label", has_text="people").click()
    await expect(drawer.locator("#restaurant-happened tr.of-people").first).to_be_visible()
    await expect(drawer.locator("#restaurant-happened tr.of-pipeline").first).to_be_hidden()
    await keys.press("Escape")
    await expect(drawer).to_be_hidden()
    await expect(row).to_be_focused()
    assert desk.complaints == []


async def test_a_password_leaves_the_screen_by_itself(desk: Desktop, tenant: Tenant) -> None:
    """After half a minute, and with its dialog; the reason must be given."""
    job = await ended_job(tenant)
    key = (tenant.database, tenant.organisation_id, job.email, SecretStr(PASSWORD), Cipher([SecretStr(KEY)]))
    await set_password(*key, Attribution("Mere", "it existed"))
    await desk.page.clock.install()
    await desk.open(f"/jobs/{job.job_id}")
    dialog = desk.page.locator("#dialog")
    for leave in (False, True):
        await desk.page.get_by_role("link", name="Show the password …").click()
        await dialog.get_by_role("button", name="Show the password").click()
        assert PASSWORD not in await dialog.inner_text()
        await dialog.get_by_label("Why").fill("the owner called")
        await dialog.get_by_role("button", name="Show the password").click()
        await expect(dialog).to_contain_text(PASSWORD)
        if leave:
            await desk.page.keyboard.press("Escape")
        else:
            await desk.page.clock.fast_forward(31_000)
        await expect(desk.page.locator("#dialog-body")).to_contain_text("hidden again")
        assert PASSWORD not in await desk.page.content()
        await desk.page.keyboard.press("Escape")
        await expect(dialog).to_be_hidden()


async def test_lines_lead_from_needs_to_what_waited_for_them(desk: Desktop, tenant: Tenant) -> None:
    """From the end of the need's bar to the row of what waited for it, also when a row between is opened."""
    job = await ended_job(tenant)
    needs = sum(len(one.needs) for one in SUB_STEPS.values())
    await desk.open(f"/jobs/{job.job_id}")
    lines = desk.page.locator("svg.needs path")
    await expect(lines).to_have_count(needs)
    ends = """canvas => {
        const box = canvas.getBoundingClientRect();
        const middles = [...document.querySelectorAll('svg.bars')].map(bars => bars.getBoundingClientRect())
            .map(bars => bars.top + bars.height / 2 - box.top);
        return [...canvas.querySelectorAll('path')].map(path => path.getAttribute('d').match(/M\\S+ (\\S+)V(\\S+)/))
            .flatMap(found => [Number(found[1]), Number(found[2])])
            .every(y => middles.some(middle => Math.abs(middle - y) < 1));
    }"""
    canvas = desk.page.locator("svg.needs")
    assert await canvas.evaluate(ends)
    await desk.page.locator("#sub-createOnboardingUser > summary").click()
    await expect(desk.page.locator("#sub-createOnboardingUser > div")).to_be_visible()
    await desk.page.wait_for_function(f"({ends})(document.querySelector('svg.needs'))")
    await expect(desk.page.locator("svg.needs path.decides").first).to_be_attached()
