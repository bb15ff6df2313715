"""The interface of the companies register, implemented by its website and by the NZBN API."""

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Protocol, Self

from registration.companies.details import CompanyDetails
from registration.companies.models import FoundCompany, RegisterQuery, SearchResults, SourceOutcome, SourceState
from registration.errors import (
    MisconfiguredInstallation,
    PageCopy,
    Refused,
    RegistrationError,
    SearchFailed,
    TransientError,
)

Search = Callable[[], Awaitable[tuple[FoundCompany, ...]]]
"""Searches one source."""


class CompaniesRegister(Protocol):
    """A client of the register. It holds connections until it is closed."""

    @property
    def searches_addresses(self) -> bool:
        """True if the client can search by address; if not, that source is NOT_OFFERED in every search."""
        ...

    async def search(self, query: RegisterQuery) -> SearchResults:
        """The companies found by name and by address; if one of the two sources fails, its outcome has the error.

        Raises Refused if the query has nothing that this client can search by. If every searched source failed, raises
        MisconfiguredInstallation if an engineer must act, else a TransientError if a retry may help (mostly
        RegisterUnavailable), else SearchFailed.
        """
        ...

    async def details(self, company_number: str) -> CompanyDetails:
        """The full entry of one company. Raises NotFound, RegisterUnavailable or RegisterPageNotUnderstood."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...


async def search_both(by_name: Search | SourceState, by_address: Search | SourceState) -> SearchResults:
    """Search both sources concurrently; a state instead of a search is the reason why that source is not searched."""
    answers = await asyncio.gather(_search_source(by_name), _search_source(by_address))
    (name, named, name_error), (address, addressed, address_error) = answers
    outcomes, errors = [name, address], [error for error in (name_error, address_error) if error]
    searched = [
        outcome for outcome in outcomes if outcome.state not in (SourceState.NOT_ASKED, SourceState.NOT_OFFERED)
    ]
    if not searched:
        missing = [
            part
            for part, outcome in (("a name", name), ("a street", address))
            if outcome.state is SourceState.NOT_ASKED
        ]
        raise Refused(f"there is nothing to search by: give {' or '.join(missing) or 'another register'}")
    if all(outcome.state is SourceState.FAILED for outcome in searched):
        raise _all_failed(errors)
    return SearchResults(
        by_name=name,
        by_address=address,
        found_by_name=named,
        found_by_address=addressed,
        pages=_pages(errors),
    )


async def _search_source(
    search: Search | SourceState,
) -> tuple[SourceOutcome, tuple[FoundCompany, ...], RegistrationError | None]:
    if isinstance(search, SourceState):
        return SourceOutcome(state=search), (), None
    try:
        companies = await search()
    except RegistrationError as error:
        failed = SourceOutcome(state=SourceState.FAILED, error=error.message, error_details=error.details)
        return failed, (), error
    return SourceOutcome(state=SourceState.FOUND if companies else SourceState.NOTHING), companies, None


def _all_failed(errors: list[RegistrationError]) -> RegistrationError:
    """The error to raise when every source failed: one that only an engineer can fix, else one that a retry may fix."""
    for kind in (MisconfiguredInstallation, TransientError):
        for error in errors:
            if isinstance(error, kind):
                return error
    message = "; ".join(dict.fromkeys(error.message for error in errors))
    failed = SearchFailed(f"the register could not be searched: {message}", sources=[one.details for one in errors])
    failed.pages = _pages(errors)
    return failed


def _pages(errors: list[RegistrationError]) -> tuple[PageCopy, ...]:
    """The copies of the pages that the errors are about."""
    return tuple(page for error in errors for page in error.pages)
