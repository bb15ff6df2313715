"""An operator in a browser at the Prefect UI: opens forms, starts batches, reads artifacts."""

import asyncio
import re
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Self
from uuid import UUID

from playwright.async_api import Browser, Locator, Page, StorageState, ViewportSize, expect
from pydantic import SecretStr

from dev.prefect_ui.form import Form
from dev.stack.stack import LocalStack
from registration.companies.website.browser_launch import start_browser

WINDOW = ViewportSize(width=1300, height=1000)
_PATIENCE_MS = 60_000


@asynccontextmanager
async def browsing() -> AsyncGenerator[Page]:
    """A page that waits up to a minute for an element. Raises MisconfiguredInstallation without a browser."""
    running = await start_browser()
    try:
        async with browsing_with(running.browser) as page:
            yield page
    finally:
        await running.end()


@asynccontextmanager
async def browsing_with(browser: Browser, remembered: StorageState | None = None) -> AsyncGenerator[Page]:
    """Such a page in a running browser; it has its own cookies and storage, which start as `remembered`."""
    page = await browser.new_page(viewport=WINDOW, storage_state=remembered)
    page.set_default_timeout(_PATIENCE_MS)
    expect.set_options(timeout=_PATIENCE_MS)
    try:
        yield page
    finally:
        await page.context.close()


_RUN = "a.flow-run-bread-crumbs__flow-run-link"
_ARTIFACT = ".artifact-card"
_LOGIN = "/login"
_PATIENCE, _PAUSE = 60.0, 1.0


class Operator:
    """Works on one page of the UI at `ui_url`; `password`, as NAME:PASSWORD, is for a server that requires one."""

    def __init__(self, page: Page, ui_url: str, password: SecretStr | None = None) -> None:
        self.page = page
        self._ui_url = ui_url.rstrip("/")
        self._password = password

    @classmethod
    def at(cls, page: Page, stack: LocalStack) -> Self:
        """An operator at the UI of a stack, with its password if it has one."""
        password = stack.settings().get("PREFECT_API_AUTH_STRING")
        return cls(page, stack.addresses.prefect_ui_url or "", SecretStr(password) if password else None)

    async def go(self, path: str) -> None:
        """Open an address of the UI, signed in. Raises PermissionError if the server refuses the password."""
        if self._password is not None:
            await self._sign_in(self._password)
        await self.page.goto(f"{self._ui_url}{path}")

    async def _sign_in(self, password: SecretStr) -> None:
        """Sign in on the UI's own page, once: the browser keeps the password."""
        await self.page.goto(f"{self._ui_url}{_LOGIN}")
        await self.page.locator("input[type=password]").fill(password.get_secret_value())
        await self.page.get_by_role("button", name="Login").click()
        signed_in, refused = self.page.get_by_text("Dashboard"), self.page.get_by_text("Authentication failed")
        await signed_in.or_(refused).first.wait_for()
        if await refused.count():
            raise PermissionError("the Prefect server refuses the password")
        self._password = None

    async def gates(self) -> list[str]:
        """The names of the waiting gates on the runs page."""
        await self.go("/runs?state=Paused")
        count = self.page.get_by_text(re.compile(r"^\d+ runs?$"))
        if not (await count.inner_text()).startswith("0 "):
            await self._runs().first.wait_for()  # the count is there before the list
        return [text.strip() for text in await self._runs().all_inner_texts()]

    async def runs_named(self, text: str) -> list[str]:
        """The names of the runs found by a search for `text` on the runs page."""
        await self.go("/runs")
        await self.page.get_by_placeholder("Search by flow run name").locator("visible=true").first.fill(text)
        await expect(self._runs().first).to_contain_text(text)
        await expect(self._runs()).to_have_count(await self._runs().filter(has_text=text).count())
        return [name.strip() for name in await self._runs().all_inner_texts()]

    async def open_gate(self, *words: str) -> Form:
        """Find the waiting gate whose name contains all of these words, and open its form. Raises TimeoutError."""
        await self.go_to_gate(*words)
        return await self.open_form()

    async def go_to_gate(self, *words: str) -> None:
        """Go to the page of the waiting gate whose name contains all of these words. Raises TimeoutError."""
        run = self._runs()
        for word in words:
            run = run.filter(has_text=word)
        deadline = time.monotonic() + _PATIENCE
        while not ((waiting := await self.gates()) and await run.count()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"no gate named {words}, only {waiting}")
            await asyncio.sleep(_PAUSE)
        await run.first.click()
        await self.page.get_by_role("button", name="Resume").first.wait_for()

    async def open_form(self) -> Form:
        """Press Resume on the page of a waiting gate."""
        await self.page.get_by_role("button", name="Resume").first.click()
        form = Form(self.page, self.page.locator(".p-modal"))
        await form.field("Decided by").wait_for()
        return form

    async def quick_run(self, deployment_id: UUID) -> Form:
        """Open the form that starts a deployment."""
        await self.go(f"/deployments/deployment/{deployment_id}")
        await self.page.get_by_role("button", name="Run", exact=True).click()
        await self.page.get_by_text("Quick run").click()
        form = Form(self.page, self.page.locator(".p-modal"))
        await form.field("Organisation").wait_for()
        return form

    async def open_artifact(self, run_id: UUID, kind: str) -> None:
        """Open the artifact of this type from the page of a run."""
        await self.go(f"/runs/flow-run/{run_id}")
        await self.page.get_by_role("listitem").filter(has_text="Artifacts").first.click()
        card = self.page.locator(_ARTIFACT).filter(has_text=re.compile(kind, re.IGNORECASE))
        await card.first.click()
        await self.page.get_by_text("Show raw data").wait_for()

    def _runs(self) -> Locator:
        return self.page.locator(_RUN)
