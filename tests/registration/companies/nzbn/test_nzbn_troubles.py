"""The NZBN API, when it does not answer as it should: every case has its typed error, none is an empty result."""

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio
from pydantic import SecretStr

from dev.stack.sandbox import Sandbox
from registration.companies.models import FoundCompany, SourceState
from registration.companies.nzbn.client import NzbnApi
from registration.errors import (
    MisconfiguredInstallation,
    NotFound,
    RegisterPageNotUnderstood,
    RegisterUnavailable,
    RegistrationError,
    SearchFailed,
)
from tests.registration.companies.nzbn.nzbn_sandbox import KERERU, KERERU_NUMBER, KERERU_NZBN, KEY, NzbnSandbox, nzbn_at

pytestmark = pytest.mark.slow

BOTH = pytest.mark.parametrize("endpoint,about", [("nzbn-search", "*"), ("nzbn-entity", KERERU_NZBN)])
"""Of the entities that are read at once, one misbehaves."""


@pytest_asyncio.fixture
async def api(sandbox: Sandbox) -> AsyncGenerator[NzbnSandbox]:
    """The sandbox's API."""
    async with nzbn_at(sandbox) as sandbox_api:
        yield sandbox_api


@pytest_asyncio.fixture
async def register(api: NzbnSandbox) -> AsyncGenerator[NzbnApi]:
    """The client on it, patient for a second."""
    async with api.client(limit_seconds=1) as client:
        yield client


async def _kereru(register: NzbnApi) -> FoundCompany:
    found = (await register.search(KERERU)).found_by_name
    return next(company for company in found if company.company_number == KERERU_NUMBER)


async def _errors(register: NzbnApi) -> tuple[RegistrationError, RegistrationError]:
    """What the search raises, and what the reading of a company does."""
    with pytest.raises(RegistrationError) as search:
        await register.search(KERERU)
    with pytest.raises(RegistrationError) as details:
        await register.details(KERERU_NUMBER)
    return search.value, details.value


async def test_a_wrong_key_is_named_and_where_it_belongs(api: NzbnSandbox) -> None:
    """A person must act, and is told how; the key itself is nowhere to be seen."""
    async with api.client(SecretStr("wrong-key")) as register:
        search, details = await _errors(register)
    assert type(search) is type(details) is MisconfiguredInstallation
    for error in (search, details):
        assert "does not accept the subscription key (status 401" in error.message
        assert "REGISTRATION_NZBN_KEY" in error.message
        assert "wrong-key" not in f"{error.message} {error.details}"


@BOTH
async def test_a_key_without_access_is_told_from_a_wrong_one(
    api: NzbnSandbox, register: NzbnApi, endpoint: str, about: str
) -> None:
    """403 is about the same key, with the API's own words."""
    await api.break_with("refused", endpoint, about, message="Subscription is suspended")
    for error in await _errors(register):
        assert "does not give access with the subscription key (status 403" in error.message
        assert "Subscription is suspended" in error.message


@pytest.mark.parametrize("key", ["", "  ", "schlüssel", "line\nbreak"])
def test_a_key_that_cannot_be_sent_is_refused_at_once(api: NzbnSandbox, key: str) -> None:
    """No request is needed to know, and the message does not show it."""
    with pytest.raises(MisconfiguredInstallation, match="REGISTRATION_NZBN_KEY") as caught:
        api.client(SecretStr(key))
    assert not key.strip() or key not in str(caught.value)


@BOTH
@pytest.mark.parametrize("status", [500, 503])
async def test_an_api_that_is_away_is_worth_another_try(
    api: NzbnSandbox, register: NzbnApi, endpoint: str, about: str, status: int
) -> None:
    """Also a proxy's page passes; the next try succeeds."""
    for kind in ("unavailable", "html_error"):
        await api.break_with(kind, endpoint, about, times=2, status=status)
        for error in await _errors(register):
            assert (type(error), error.details["status"]) == (RegisterUnavailable, status)
        assert await _kereru(register)


@BOTH
async def test_a_busy_api_says_how_long_to_wait(api: NzbnSandbox, register: NzbnApi, endpoint: str, about: str) -> None:
    """429 passes."""
    await api.break_with("too_many", endpoint, about, times=2, seconds=7)
    for error in await _errors(register):
        assert (type(error), error.details["retry_after"]) == (RegisterUnavailable, 7)
    assert await _kereru(register)


@BOTH
@pytest.mark.parametrize("kind", ["cut_before", "hang"])
async def test_no_answer_is_worth_another_try(
    api: NzbnSandbox, register: NzbnApi, endpoint: str, about: str, kind: str
) -> None:
    """A cut line, and one that stays silent for longer than a request has."""
    await api.break_with(kind, endpoint, about, times=2)
    for error in await _errors(register):
        assert type(error) is RegisterUnavailable


@pytest.mark.parametrize("kind", ["malformed", "changed_layout"])
async def test_garbage_is_never_an_empty_result(api: NzbnSandbox, register: NzbnApi, kind: str) -> None:
    """The answer is kept as evidence."""
    await api.break_with(kind, "nzbn-search")
    search, details = await _errors(register)
    assert (type(search), type(details)) == (SearchFailed, RegisterPageNotUnderstood)
    assert "an answer of the NZBN API is not understood" in search.message
    assert details.details["body"].startswith("{")


@pytest.mark.parametrize("kind", ["malformed", "changed_layout"])
async def test_one_entity_of_garbage_leaves_its_candidate_as_listed(
    api: NzbnSandbox, register: NzbnApi, kind: str
) -> None:
    """With the reason; whoever reads it for good gets the error."""
    await api.break_with(kind, "nzbn-entity", KERERU_NZBN)
    kereru = await _kereru(register)
    assert (kereru.registered_address, kereru.trading_names) == ("", ("Kererū Kitchen",))
    assert "an answer of the NZBN API is not understood" in str(kereru.not_read)
    with pytest.raises(RegisterPageNotUnderstood, match="is not understood") as caught:
        await register.details(KERERU_NUMBER)
    assert caught.value.details["body"].startswith("{")


async def test_an_address_without_the_api_is_no_missing_company(api: NzbnSandbox) -> None:
    """A 404 of the search itself is the installation's fault, and says what to set."""
    async with NzbnApi(f"{api.url}/elsewhere", KEY) as register:
        search, details = await _errors(register)
    assert type(search) is type(details) is MisconfiguredInstallation
    assert "REGISTRATION_NZBN_URL" in search.message


async def test_an_unforeseen_status_is_not_understood(api: NzbnSandbox, register: NzbnApi) -> None:
    """400 means that we asked wrongly: an engineer's matter."""
    await api.break_with("refused", "nzbn-search", status=400)
    search, details = await _errors(register)
    assert (type(search), type(details)) == (SearchFailed, RegisterPageNotUnderstood)


async def test_an_entity_that_has_gone_stays_as_it_was_listed(api: NzbnSandbox, register: NzbnApi) -> None:
    """A 404 between list and reading costs the address, not the candidate; reading it for good says it is gone."""
    await api.break_with("refused", "nzbn-entity", KERERU_NZBN, status=404)
    kereru = await _kereru(register)
    assert (kereru.registered_address, "no such entity" in str(kereru.not_read)) == ("", True)
    with pytest.raises(NotFound):
        await register.details(KERERU_NUMBER)


async def test_nulls_and_new_words_are_no_trouble(api: NzbnSandbox, register: NzbnApi) -> None:
    """What is not given is absent, a new type of address has a label, an entity without a number is no company."""
    await api.break_with("sparse")
    results = await register.search(KERERU)
    assert results.by_name.state is SourceState.FOUND
    assert all(company.company_number for company in results.found_by_name)
    assert (await _kereru(register)).registered_address == "214 Cuba Street, Te Aro, Wellington, 6011, New Zealand"
    details = await register.details(KERERU_NUMBER)
    assert (details.emails, details.trading_names, len(details.directors)) == ((), (), 2)
    assert [one.type for one in details.addresses] == ["Address", "Registered office address", "Alternative address"]
