"""How pages of the register's website are fetched, whoever fetches them: a browser, or plain HTTP."""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self


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
        """A new visitor, who is sent away when the context is left, by whatever error."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...
