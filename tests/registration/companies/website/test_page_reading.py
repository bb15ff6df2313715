"""Pages that change while they are looked at."""

from collections.abc import AsyncGenerator

import pytest

from registration.companies.details import CompanyDetails
from registration.companies.website.pages import Page, PageReader
from registration.errors import RegisterPageNotUnderstood
from tests.registration.companies.website.made.companies import MadeCompany, detail_page
from tests.registration.companies.website.made.detail_cases import KIWI

URL = "http://register.example/1234567/detail"
BARE, WHOLE = detail_page(MadeCompany(panels=())), detail_page(MadeCompany())


class Changing:
    """A visitor before whom a page changes, one HTML after the other."""

    def __init__(self, *later: str) -> None:
        self._later = later

    async def open(self, url: str) -> Page:
        """Nobody asks for it."""
        raise NotImplementedError(url)

    async def follow(self, page: Page, link: str) -> Page:
        """Nobody asks for it."""
        raise NotImplementedError(link)

    async def changes(self, page: Page) -> AsyncGenerator[Page]:
        """The later ones."""
        for html in self._later:
            yield Page(page.url, 200, html)

    async def screenshot(self) -> bytes | None:
        """Nothing is seen."""
        return None


async def company(*pages: str) -> CompanyDetails:
    """What is read of a page that changes."""
    first, *later = pages
    reader = PageReader("http://register.example")
    return await reader.company(Changing(*later), Page(URL, 200, first), "1234567")


async def test_a_page_whose_panels_come_later_is_not_taken_for_an_empty_company() -> None:
    """Name and number are there first; absent panels are believed only when the page changes no more."""
    assert await company(BARE, BARE, WHOLE) == KIWI
    assert await company("<html>", BARE, WHOLE) == KIWI
    assert (await company(BARE, BARE)).gaps == ("addresses", "directors", "shareholders")


async def test_a_page_that_becomes_another_one_is_an_error() -> None:
    """It is not the company any more that was asked for."""
    with pytest.raises(RegisterPageNotUnderstood):
        await company(BARE, "<html><body>Sorry</body></html>")
