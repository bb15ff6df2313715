"""The register's website as its two readers see it: the sandbox's pages over HTTP, by browser and without."""

from collections.abc import AsyncGenerator, Generator

import pytest
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr

from dev.sandbox.faults import Fault, Kind
from dev.sandbox.names import Endpoint
from dev.sandbox.register.website import website_router
from dev.sandbox.settings import SandboxSettings
from dev.sandbox.world import World
from registration.companies.models import RegisterQuery, SourceState
from registration.companies.register import CompaniesRegister
from registration.companies.website.browser_visits import BrowserVisitors
from registration.companies.website.client import CompaniesOfficeWebsite
from registration.companies.website.http import HttpVisitors
from registration.companies.website.pages import Visitors
from registration.errors import (
    MisconfiguredInstallation,
    NotFound,
    Refused,
    RegisterPageNotUnderstood,
    RegisterUnavailable,
)
from tests.registration.serving import served

KERERU = RegisterQuery(name="Kererū Kitchen", street="214 Cuba Street", city="Wellington")


@pytest.fixture(scope="module")
def website() -> World:
    """A sandbox without latency; the register needs no database."""
    return World(SandboxSettings(database_url=SecretStr("postgresql://nowhere"), profile="zero"))


@pytest.fixture
def world(website: World) -> Generator[World]:
    """The same without faults."""
    yield website
    website.faults.faults.clear()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def url(website: World) -> AsyncGenerator[str]:
    """Where it is."""
    app = FastAPI()
    app.include_router(website_router(website))
    async with served(app) as url:
        yield url


@pytest.fixture(params=["http", pytest.param("browser", marks=pytest.mark.browser)])
def visitors(request: pytest.FixtureRequest) -> Visitors:
    """Each of the website's readers."""
    if request.param == "http":
        return HttpVisitors()
    request.getfixturevalue("open_browser")
    return BrowserVisitors()


@pytest_asyncio.fixture
async def register(url: str, visitors: Visitors) -> AsyncGenerator[CompaniesRegister]:
    """The client on it."""
    async with CompaniesOfficeWebsite(url, visitors) as client:
        yield client


async def test_a_company_is_found_by_name_and_by_address(register: CompaniesRegister) -> None:
    """Both searches find the company behind the restaurant."""
    results = await register.search(KERERU)
    assert (results.by_name.state, results.by_address.state) == (SourceState.FOUND, SourceState.FOUND)
    names = [{company.company_name for company in found} for found in (results.found_by_name, results.found_by_address)]
    assert all("KERERU KITCHEN LIMITED" in found for found in names)


async def test_nothing_found_is_said_so(register: CompaniesRegister) -> None:
    """The page's message that there are no results is "nothing", not a failure."""
    results = await register.search(RegisterQuery(name="Zzyzx", street="1 Zzyzx Road", city="Zzyzx"))
    assert (results.by_name.state, results.by_address.state) == (SourceState.NOTHING, SourceState.NOTHING)


async def test_an_empty_field_is_not_searched(register: CompaniesRegister) -> None:
    """Without a street there is one search only; without both, none."""
    results = await register.search(RegisterQuery(name="Kererū Kitchen", city="Wellington"))
    assert results.by_address.state is SourceState.NOT_ASKED
    with pytest.raises(Refused):
        await register.search(RegisterQuery(city="Wellington"))


async def test_pages_are_followed_a_few_times(register: CompaniesRegister) -> None:
    """Three pages of fifteen are read, and no company twice."""
    found = (await register.search(RegisterQuery(name="Kitchen"))).found_by_name
    assert len(found) == len({company.company_number for company in found}) == 45


async def test_a_company_is_read_in_full(register: CompaniesRegister) -> None:
    """The detail page gives the active director, the GST number and the contacts."""
    details = await register.details("5870122")
    assert (details.company_name, details.nzbn) == ("KERERU KITCHEN LIMITED", "9429031003346")
    assert details.first_active_director
    assert details.first_active_director.name == "Aroha Mereana Ngata"
    assert [director.is_active for director in details.directors] == [True, False]
    assert details.gst_number == "120-345-678"


async def test_an_unknown_company_is_not_found(register: CompaniesRegister) -> None:
    """A number that the register does not know is named."""
    with pytest.raises(NotFound, match="no company with the number 12345"):
        await register.details("12345")


@pytest.mark.parametrize("kind", [Kind.CHANGED_LAYOUT, Kind.MISSING_PANEL])
async def test_a_changed_search_page_is_never_an_empty_result(
    register: CompaniesRegister, world: World, kind: Kind
) -> None:
    """It fails its source, and the answer has a copy of the page."""
    world.faults.add(Fault(restaurant="214 Cuba", endpoint=Endpoint.REGISTER_SEARCH, kind=kind))
    results = await register.search(KERERU)
    assert (results.by_name.state, results.by_address.state) == (SourceState.FOUND, SourceState.FAILED)
    [page] = results.pages
    assert results.by_address.error_details == {"url": page.url}
    assert "<html" in page.html


async def test_a_changed_detail_page_is_never_an_empty_company(register: CompaniesRegister, world: World) -> None:
    """The reading of the company fails, with the same evidence."""
    world.faults.add(Fault(restaurant="5870122", endpoint=Endpoint.REGISTER_DETAIL, kind=Kind.CHANGED_LAYOUT))
    with pytest.raises(RegisterPageNotUnderstood) as caught:
        await register.details("5870122")
    [page] = caught.value.pages
    assert "<html" in page.html


async def test_a_panel_that_is_absent_is_empty_and_said_to_be_missing(
    register: CompaniesRegister, world: World
) -> None:
    """Not every company has every panel."""
    whole = await register.details("5870122")
    world.faults.add(Fault(restaurant="5870122", endpoint=Endpoint.REGISTER_DETAIL, kind=Kind.MISSING_PANEL))
    details = await register.details("5870122")
    assert whole.gaps == whole.missing == ()
    assert details == whole.model_copy(update={"shareholders": (), "missing": ("shareholders",)})


@pytest.mark.parametrize("kind", [Kind.UNAVAILABLE, Kind.TOO_MANY, Kind.HTML_ERROR])
async def test_a_register_that_is_away_is_worth_another_try(
    register: CompaniesRegister, world: World, kind: Kind
) -> None:
    """Busy and broken pages are errors that pass, and the next try succeeds."""
    world.faults.add(Fault(restaurant="*", endpoint=Endpoint.REGISTER_SEARCH, kind=kind, times=2))
    with pytest.raises(RegisterUnavailable):
        await register.search(KERERU)
    assert (await register.search(KERERU)).by_name.state is SourceState.FOUND


async def test_every_company_of_the_sandbox_can_be_read(world: World, url: str) -> None:
    """No entry of the sandbox's register breaks the reader, joint holders and removed companies included."""
    numbers = [company.number for company in world.directory.search("", "", with_removed=True)][:150]
    async with CompaniesOfficeWebsite(url, HttpVisitors()) as register:
        details = [await register.details(number) for number in numbers]
    assert [one.company_number for one in details] == numbers


async def test_without_a_browser_a_page_that_fills_itself_is_not_understood(world: World, url: str) -> None:
    """Plain HTTP runs no scripts, and says that there is no list rather than that there are no companies."""
    world.faults.add(Fault(restaurant="214 Cuba", endpoint=Endpoint.REGISTER_SEARCH, kind=Kind.FILLED_LATER))
    async with CompaniesOfficeWebsite(url, HttpVisitors()) as register:
        assert (await register.search(KERERU)).by_address.state is SourceState.FAILED


@pytest.mark.browser
async def test_the_browser_waits_for_a_page_that_fills_itself(world: World, url: str, open_browser: None) -> None:
    """The results come by script after the page."""
    world.faults.add(Fault(restaurant="214 Cuba", endpoint=Endpoint.REGISTER_SEARCH, kind=Kind.FILLED_LATER))
    async with CompaniesOfficeWebsite(url) as register:
        assert (await register.search(KERERU)).by_address.state is SourceState.FOUND


@pytest.mark.parametrize("address", ["register.example", "ftp://register.example", "http://"])
def test_an_address_that_is_none_of_a_website_is_refused(address: str) -> None:
    """Before anything is asked."""
    with pytest.raises(MisconfiguredInstallation, match="is not the address of a website"):
        CompaniesOfficeWebsite(address)
