"""A form of the Prefect UI: of a paused run, or of a deployment."""

import asyncio
import re
from typing import Self

from playwright.async_api import Locator, Page, expect

_FIELD = ".schema-form-property"
_LABEL = ".schema-form-property__label"
_SUBMIT = re.compile("^(Submit|Run)$")
_ERROR = ".p-toast__card:has(.p-toast__icon--error) .p-toast__message"
_WRONG = ".p-label__message"
_CHECKED = re.compile("/validate|/resume|/create_flow_run")
_PATIENCE, _PAUSE = 60.0, 0.1


class Form:
    """Fields are identified by their titles; `part` is the searched part of the page."""

    def __init__(self, page: Page, part: Locator) -> None:
        self._page = page
        self.part = part

    def field(self, title: str) -> Locator:
        """The field with this title, to which the UI appends `(Optional)` if it has a default."""
        exactly = re.compile(rf"^\s*{re.escape(title)}(\s*\(Optional\))?\s*$")
        label = self._page.locator(_LABEL, has_text=exactly)
        return self.part.locator(_FIELD).filter(has=label).last

    def section(self, title: str) -> Self:
        """The fields inside a section, such as the details of one restaurant."""
        heading = re.compile(rf"^\s*{re.escape(title)}(\s*\(Optional\))?\s*$")
        inside = self.part.locator(".schema-form-property").filter(has=self._page.locator(_LABEL, has_text=heading))
        return type(self)(self._page, inside.first)

    async def titles(self) -> list[str]:
        """The titles from top to bottom."""
        return [text.removesuffix(" (Optional)").strip() for text in await self.part.locator(_LABEL).all_inner_texts()]

    async def write(self, title: str, text: str) -> None:
        """Fill in a text field; the earlier text is replaced."""
        await self.field(title).locator("textarea, input[type=text]").first.fill(text)

    async def chosen(self, title: str) -> str:
        """The selected option of a drop-down."""
        return await self.field(title).locator(".p-select-button__value").first.inner_text()

    async def choices(self, title: str) -> list[str]:
        """The options of a drop-down."""
        options = await self._open(title)
        found = [text.strip() for text in await options.all_inner_texts()]
        await self._page.keyboard.press("Escape")
        return found

    async def choose(self, title: str, choice: str) -> None:
        """Select an option of a drop-down."""
        exactly = re.compile(rf"^\s*{re.escape(choice)}\s*$")
        await (await self._open(title)).filter(has_text=exactly).first.click()
        await expect(self.field(title).locator(".p-select-button__value").first).to_have_text(exactly)

    async def _open(self, title: str) -> Locator:
        """The options of a drop-down, opened by keyboard: the UI may redraw it under the mouse pointer."""
        await self.field(title).locator(".p-select-button__control").first.press("ArrowDown")
        options = self._page.locator(".p-select-option")
        await expect(options.first).to_be_visible()
        return options

    async def submit(self) -> str | None:
        """Press the form's button; None if the UI accepts the form, else its error text."""
        wrong = self.part.locator(_WRONG).or_(self._page.locator(_ERROR))
        async with self._page.expect_response(_CHECKED):
            await self.part.get_by_role("button", name=_SUBMIT).click()
        async with asyncio.timeout(_PATIENCE):
            await asyncio.sleep(_PAUSE)
            while await self.part.is_visible():
                if await wrong.count():
                    return (await wrong.first.inner_text()).strip()
                await asyncio.sleep(_PAUSE)
        return None
