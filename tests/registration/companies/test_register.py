"""Two sources of one search: each reports for itself, and all failing is an error."""

import pytest

from registration.companies.models import FoundCompany, SourceState
from registration.companies.register import search_both
from registration.errors import (
    DatabaseUnavailable,
    MisconfiguredInstallation,
    Refused,
    RegisterPageNotUnderstood,
    RegisterUnavailable,
    RegistrationError,
    SearchFailed,
)

COMPANY = FoundCompany(company_number="1", company_name="X LIMITED", status="Registered")
UNAVAILABLE = RegisterUnavailable("the register is away")
CHANGED = RegisterPageNotUnderstood("a page has changed", html="<p>")


async def _found() -> tuple[FoundCompany, ...]:
    return (COMPANY,)


async def _nothing() -> tuple[FoundCompany, ...]:
    return ()


async def _changed() -> tuple[FoundCompany, ...]:
    raise CHANGED


async def _away() -> tuple[FoundCompany, ...]:
    raise UNAVAILABLE


async def test_each_source_reports_for_itself() -> None:
    """Found and nothing are told apart."""
    results = await search_both(_found, _nothing)
    assert (results.by_name.state, results.by_address.state) == (SourceState.FOUND, SourceState.NOTHING)
    assert (results.found_by_name, results.found_by_address) == ((COMPANY,), ())


async def test_one_failed_source_does_not_hide_the_other() -> None:
    """The failure is reported with its text and evidence beside what was found."""
    results = await search_both(_found, _changed)
    assert (results.by_address.state, results.by_address.error) == (SourceState.FAILED, "a page has changed")
    assert results.by_address.error_details == {"html": "<p>"}
    assert results.found_by_name == (COMPANY,)


async def test_all_failed_is_never_nothing_found() -> None:
    """With every source failed for good the search has failed."""
    with pytest.raises(SearchFailed, match="a page has changed"):
        await search_both(_changed, _changed)


async def test_all_failed_may_pass_if_one_is_away() -> None:
    """If one failure can pass, the whole search is worth trying again."""
    with pytest.raises(RegisterUnavailable):
        await search_both(_changed, _away)


@pytest.mark.parametrize("state", [SourceState.NOT_ASKED, SourceState.NOT_OFFERED])
async def test_a_source_that_is_not_asked_cannot_fail(state: SourceState) -> None:
    """With one source not asked, the other one alone decides."""
    assert (await search_both(_nothing, state)).by_address.state is state
    with pytest.raises(RegistrationError, match="the register is away"):
        await search_both(_away, state)


async def test_a_database_that_is_away_may_pass() -> None:
    """It is asked whose turn it is; the register itself was not reached."""

    async def no_turn() -> tuple[FoundCompany, ...]:
        raise DatabaseUnavailable("the database is away")

    with pytest.raises(DatabaseUnavailable):
        await search_both(_changed, no_turn)


async def test_a_machine_without_a_browser_is_told_to_its_installer() -> None:
    """Trying again helps nobody, and the error says what to do."""

    async def no_browser() -> tuple[FoundCompany, ...]:
        raise MisconfiguredInstallation("this machine has none: run `make browser`")

    with pytest.raises(MisconfiguredInstallation, match="make browser"):
        await search_both(no_browser, _away)


@pytest.mark.parametrize(
    "address, way", [(SourceState.NOT_ASKED, "a name or a street$"), (SourceState.NOT_OFFERED, "a name$")]
)
async def test_an_empty_query_is_refused(address: SourceState, way: str) -> None:
    """Nothing to search by is a mistake of the asker, not an empty result; what is not offered is not asked for."""
    with pytest.raises(Refused, match=way):
        await search_both(SourceState.NOT_ASKED, address)
