"""The companies register as one interface, whichever way it is asked."""

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Protocol, Self

from registration.companies.details import CompanyDetails
from registration.companies.models import FoundCompany, RegisterQuery, SearchResults, SourceOutcome, SourceState
from registration.errors import MisconfiguredInstallation, Refused, RegistrationError, SearchFailed, TransientError

Search = Callable[[], Awaitable[tuple[FoundCompany, ...]]]
"""Asks one source."""


class CompaniesRegister(Protocol):
    """A way to ask the register. It holds connections until it is closed."""

    @property
    def searches_addresses(self) -> bool:
        """Whether it can search by address; if not, that source is NOT_OFFERED in every search."""
        ...

    async def search(self, query: RegisterQuery) -> SearchResults:
        """The companies found by name and by address; one source may fail and says so.

        Raises Refused if the query has nothing that this register searches by; if every source that was asked failed:
        MisconfiguredInstallation if the installer must act, else a TransientError if trying again may help (mostly
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
    """Asks both sources at once; a state instead of a search says why that source is not asked."""
    answers = await asyncio.gather(_ask(by_name), _ask(by_address))
    (name, named, name_error), (address, addressed, address_error) = answers
    outcomes, errors = [name, address], [error for error in (name_error, address_error) if error]
    asked = [one for one in outcomes if one.state not in (SourceState.NOT_ASKED, SourceState.NOT_OFFERED)]
    if not asked:
        ways = [way for way, one in (("a name", name), ("a street", address)) if one.state is SourceState.NOT_ASKED]
        raise Refused(f"there is nothing to search by: give {' or '.join(ways) or 'another register'}")
    if all(one.state is SourceState.FAILED for one in asked):
        raise _all_failed(errors)
    return SearchResults(by_name=name, by_address=address, found_by_name=named, found_by_address=addressed)


async def _ask(
    search: Search | SourceState,
) -> tuple[SourceOutcome, tuple[FoundCompany, ...], RegistrationError | None]:
    if isinstance(search, SourceState):
        return SourceOutcome(state=search), (), None
    try:
        found = await search()
    except RegistrationError as error:
        failed = SourceOutcome(state=SourceState.FAILED, error=error.message, error_details=error.details)
        return failed, (), error
    return SourceOutcome(state=SourceState.FOUND if found else SourceState.NOTHING), found, None


def _all_failed(errors: list[RegistrationError]) -> RegistrationError:
    """The error that only the installer can mend, else one that can pass: then a search is worth trying again."""
    for kind in (MisconfiguredInstallation, TransientError):
        for error in errors:
            if isinstance(error, kind):
                return error
    message = "; ".join(dict.fromkeys(error.message for error in errors))
    return SearchFailed(f"the register could not be searched: {message}", sources=[error.details for error in errors])
