"""Reads pages of the register's website; a page that cannot be read becomes an error with a copy of it."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self, TypeVar
from urllib.parse import urljoin, urlsplit

from registration.companies.details import CompanyDetails
from registration.companies.page_evidence import page_copy
from registration.companies.website.company_page import read_company
from registration.companies.website.errors import bad_status, not_understood
from registration.companies.website.search_results import ResultsPage, read_results
from registration.errors import MisconfiguredInstallation, NotFound, RegisterPageNotUnderstood, RegisterUnavailable

Result = TypeVar("Result")
_PANELS = frozenset({"addresses", "directors", "shareholders"})
"""Every company has these; scripts may still fill a page that has none of them."""


@dataclass(frozen=True)
class Page:
    """A loaded page: its final URL, its status, its HTML; `retry_after` is in seconds."""

    url: str
    status: int
    html: str
    retry_after: float | None = None


class Visit(Protocol):
    """One visitor of the website, with one page open at a time."""

    async def open(self, url: str) -> Page:
        """The page at a URL. Raises RegisterUnavailable, MisconfiguredInstallation, RegisterPageNotUnderstood."""
        ...

    async def follow(self, page: Page, link: str) -> Page:
        """The page behind a link of `page`. Raises the errors of `open`."""
        ...

    def changes(self, page: Page) -> AsyncGenerator[Page]:
        """`page` after each change by itself: filled by scripts, reloaded, redirected.

        Ends when the page cannot change any more, or when its time is over.
        """
        ...

    async def screenshot(self) -> bytes | None:
        """The rendered page as PNG; None if nothing is rendered."""
        ...


class Visitors(Protocol):
    """Opens visits; it holds connections until it is closed."""

    def visit(self) -> AbstractAsyncContextManager[Visit]:
        """A new visit, closed at the end of the context, also after an error."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...


class PageReader:
    """Reads the pages of one site; an error about a page has a copy of the page."""

    def __init__(self, base_url: str) -> None:
        """Raises MisconfiguredInstallation if `base_url` is not the URL of a website."""
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise MisconfiguredInstallation(f"the register's address {base_url!r} is not the address of a website")
        self._host = parts.hostname

    async def results(self, visit: Visit, page: Page) -> ResultsPage:
        """A page of search results. Raises RegisterUnavailable or RegisterPageNotUnderstood."""
        return await self._read_when_ready(visit, page, self._results)

    async def company(self, visit: Visit, page: Page, company_number: str) -> CompanyDetails:
        """The full entry of a company. Raises NotFound, RegisterUnavailable or RegisterPageNotUnderstood.

        A page without any panel is read again after each change.
        """

        def read(page: Page) -> CompanyDetails:
            if page.status == 404:
                raise NotFound(f"the register has no company with the number {company_number}", url=page.url)
            return read_company(self._html(page), page.url, company_number)

        details = await self._read_when_ready(visit, page, read)
        if _PANELS.issubset(details.missing):
            async with aclosing(visit.changes(page)) as changes:
                async for page in changes:
                    details = read(page)
                    if not _PANELS.issubset(details.missing):
                        break
        return details

    async def _read_when_ready(self, visit: Visit, page: Page, read: Callable[[Page], Result]) -> Result:
        """Read a page, if necessary after later changes: scripts fill a page, or a bot check redirects to it."""
        try:
            return read(page)
        except (RegisterPageNotUnderstood, RegisterUnavailable) as error:
            failed = error
        async with aclosing(visit.changes(page)) as changes:
            async for page in changes:
                try:
                    return read(page)
                except (RegisterPageNotUnderstood, RegisterUnavailable) as error:
                    failed = error
        if isinstance(failed, RegisterPageNotUnderstood):
            failed.pages = (page_copy(page.url, page.html, await visit.screenshot()),)
        raise failed

    def _results(self, page: Page) -> ResultsPage:
        results = read_results(self._html(page), page.url)
        if results.next_link is not None and not self._is_ours(urljoin(page.url, results.next_link)):
            raise not_understood("the link to the next page leads to another site", page.html, page.url)
        return results

    def _html(self, page: Page) -> str:
        """The HTML of a page of this site with status 200."""
        if not self._is_ours(page.url):
            raise not_understood("the page came from another site", page.html, page.url)
        if page.status != 200:
            raise bad_status(page.status, page.html, page.url)
        return page.html

    def _is_ours(self, url: str) -> bool:
        """True if the URL is on this site; a script's link stays on it."""
        parts = urlsplit(url)
        return parts.scheme == "javascript" or parts.hostname == self._host
