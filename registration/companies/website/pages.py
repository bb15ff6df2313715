"""Pages of the register's website: their content, or the error that they are, with evidence."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self, TypeVar
from urllib.parse import urljoin, urlsplit

from registration.companies.details import CompanyDetails
from registration.companies.website.company_page import read_company
from registration.companies.website.errors import bad_status, not_understood
from registration.companies.website.failed_pages import EvidenceFolder
from registration.companies.website.search_results import ResultsPage, read_results
from registration.errors import MisconfiguredInstallation, NotFound, RegisterPageNotUnderstood, RegisterUnavailable


@dataclass(frozen=True)
class Page:
    """A page as it came: where it was found in the end, its status, its HTML; `retry_after` is in seconds."""

    url: str
    status: int
    html: str
    retry_after: float | None = None


class Visit(Protocol):
    """One visitor of the website, who looks at one page after the other."""

    async def open(self, url: str) -> Page:
        """The page at an address. Raises RegisterUnavailable, MisconfiguredInstallation, RegisterPageNotUnderstood."""
        ...

    async def follow(self, page: Page, link: str) -> Page:
        """The page behind a link of `page`; the same errors."""
        ...

    def changes(self, page: Page) -> AsyncGenerator[Page]:
        """`page` each time that it has changed by itself: filled by scripts, reloaded, led elsewhere.

        Ends when the page cannot change any more, or has had its time.
        """
        ...

    async def screenshot(self) -> bytes | None:
        """What the visitor sees, as PNG; None if there is nothing that sees."""
        ...


class Visitors(Protocol):
    """Lets visitors in; it holds connections until it is closed."""

    def visit(self) -> AbstractAsyncContextManager[Visit]:
        """A new visitor, closed at the end of the context, also after an error."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...


Result = TypeVar("Result")

_PANELS = frozenset({"addresses", "directors", "shareholders"})
"""Of every company; a page without all of them may still be filled by a script."""


class PageReader:
    """Reads the pages of one site; those that are not understood are kept in the evidence folder."""

    def __init__(self, base_url: str, evidence: EvidenceFolder) -> None:
        """Raises MisconfiguredInstallation if `base_url` is no address of a website."""
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise MisconfiguredInstallation(f"the register's address {base_url!r} is not the address of a website")
        self._host = parts.hostname
        self._evidence = evidence

    async def results(self, visit: Visit, page: Page) -> ResultsPage:
        """A page of search results. Raises RegisterUnavailable or RegisterPageNotUnderstood."""
        return await self._understood(visit, page, self._results)

    async def company(self, visit: Visit, page: Page, company_number: str) -> CompanyDetails:
        """The full entry of a company. Raises NotFound, RegisterUnavailable or RegisterPageNotUnderstood.

        A page without any of its panels is read again as long as it changes by itself.
        """

        def read(page: Page) -> CompanyDetails:
            if page.status == 404:
                raise NotFound(f"the register has no company with the number {company_number}", url=page.url)
            return read_company(self._html(page), page.url, company_number)

        details = await self._understood(visit, page, read)
        if _PANELS.issubset(details.missing):
            async with aclosing(visit.changes(page)) as changes:
                async for page in changes:
                    details = read(page)
                    if not _PANELS.issubset(details.missing):
                        break
        return details

    async def _understood(self, visit: Visit, page: Page, read: Callable[[Page], Result]) -> Result:
        """What a page says, if need be after it has changed by itself: scripts fill it, a check lets the visitor in."""
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
            failed.details["evidence"] = await self._evidence.keep(page.html, await visit.screenshot())
        raise failed

    def _results(self, page: Page) -> ResultsPage:
        results = read_results(self._html(page), page.url)
        if results.next_link is not None and not self._is_ours(urljoin(page.url, results.next_link)):
            raise not_understood("the link to the next page leads to another site", page.html, page.url)
        return results

    def _html(self, page: Page) -> str:
        """The HTML of a page of this site that is one."""
        if not self._is_ours(page.url):
            raise not_understood("the page came from another site", page.html, page.url)
        if page.status != 200:
            raise bad_status(page.status, page.html, page.url)
        return page.html

    def _is_ours(self, url: str) -> bool:
        """Whether an address is of the same site; a script's stays there."""
        parts = urlsplit(url)
        return parts.scheme == "javascript" or parts.hostname == self._host
