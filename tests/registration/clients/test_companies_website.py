"""The register's pages, asked over HTTP: against the sandbox's website, and against answers that it cannot give."""

from collections.abc import AsyncGenerator, Callable

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr

from registration.clients.companies_website import CompaniesOfficeWebsite
from registration.clients.register import CompaniesRegister
from registration.errors import NotFound, Refused, RegisterPageNotUnderstood, RegisterUnavailable
from registration.models.company import RegisterQuery, SourceState
from sandbox.faults import Fault, Kind
from sandbox.names import Endpoint
from sandbox.register.website import website_router
from sandbox.settings import SandboxSettings
from sandbox.world import World

BASE = "http://register.example"
KERERU = RegisterQuery(name="Kererū Kitchen", street="214 Cuba Street", city="Wellington")


@pytest.fixture
def world() -> World:
    """A sandbox without latency; the register needs no database."""
    return World(SandboxSettings(database_url=SecretStr("postgresql://nowhere"), profile="zero"))


@pytest_asyncio.fixture
async def register(world: World) -> AsyncGenerator[CompaniesRegister]:
    """The client on the sandbox's pages."""
    app = FastAPI()
    app.include_router(website_router(world))
    async with CompaniesOfficeWebsite(BASE, httpx.ASGITransport(app)) as client:
        yield client


def _answering(answer: Callable[[httpx.Request], httpx.Response]) -> CompaniesOfficeWebsite:
    return CompaniesOfficeWebsite(BASE, httpx.MockTransport(answer))


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


async def test_an_empty_field_is_not_searched(register: CompaniesRegister, world: World) -> None:
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


async def test_every_company_of_the_sandbox_can_be_read(register: CompaniesRegister, world: World) -> None:
    """No entry of the sandbox's register breaks the reader, joint holders and removed companies included."""
    numbers = [company.number for company in world.directory.search("", "", with_removed=True)][:150]
    details = [await register.details(number) for number in numbers]
    assert [one.company_number for one in details] == numbers


async def test_an_unknown_company_is_not_found(register: CompaniesRegister) -> None:
    """A number that the register does not know is named."""
    with pytest.raises(NotFound, match="no company with the number 12345"):
        await register.details("12345")


@pytest.mark.parametrize("kind", [Kind.CHANGED_LAYOUT, Kind.MISSING_PANEL])
@pytest.mark.parametrize(
    "endpoint,fits", [(Endpoint.REGISTER_SEARCH, "214 Cuba"), (Endpoint.REGISTER_DETAIL, "5870122")]
)
async def test_a_changed_page_is_never_an_empty_result(
    register: CompaniesRegister, world: World, kind: Kind, endpoint: Endpoint, fits: str
) -> None:
    """A page that is not understood fails its source, or the reading of the company, with the HTML kept."""
    world.faults.add(Fault(restaurant=fits, endpoint=endpoint, kind=kind))
    if endpoint is Endpoint.REGISTER_SEARCH:
        results = await register.search(KERERU)
        assert (results.by_name.state, results.by_address.state) == (SourceState.FOUND, SourceState.FAILED)
        assert "<html" in str(results.by_address.error_details["html"])
    else:
        with pytest.raises(RegisterPageNotUnderstood) as caught:
            await register.details("5870122")
        assert "<html" in caught.value.details["html"]


@pytest.mark.parametrize("kind", [Kind.UNAVAILABLE, Kind.TOO_MANY, Kind.HTML_ERROR])
async def test_a_register_that_is_away_is_worth_another_try(
    register: CompaniesRegister, world: World, kind: Kind
) -> None:
    """Busy and broken pages are errors that pass, and the next try succeeds."""
    world.faults.add(Fault(restaurant="*", endpoint=Endpoint.REGISTER_SEARCH, kind=kind, times=2))
    with pytest.raises(RegisterUnavailable):
        await register.search(KERERU)
    assert (await register.search(KERERU)).by_name.state is SourceState.FOUND


async def test_no_answer_is_worth_another_try() -> None:
    """A cut connection is an error that passes, and names the page."""

    def cut(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("cut", request=request)

    async with _answering(cut) as client:
        with pytest.raises(RegisterUnavailable, match="ReadError: cut") as caught:
            await client.details("1")
    assert caught.value.details["url"] == f"{BASE}/companies/app/ui/pages/companies/1/detail"


async def test_the_next_page_must_be_of_the_same_site() -> None:
    """A link to somewhere else is not followed."""
    row = """<table class="dataList"><tr><td><div><a class="link" href="x('7')"><span class="entityName">X</span></a>
        <span class="entityInfo">(7) - Registered</span></div><div>1 Main St</div></td></tr></table>
        <a class="pagingNext" href="https://elsewhere.example/">Next</a>"""
    async with _answering(lambda _: httpx.Response(200, html=row)) as client:
        with pytest.raises(Exception, match="leads elsewhere"):
            await client.search(RegisterQuery(name="X"))


async def test_searches_use_the_registers_own_addresses() -> None:
    """Name and address searches have the form of the register's advanced search."""
    asked: list[httpx.URL] = []

    def nothing(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return httpx.Response(200, html="<body>No results found</body>")

    async with _answering(nothing) as client:
        await client.search(RegisterQuery(name="A & B", street="1 Main St", city="Ōtaki"))
    fixed = {"entityStatusGroups": "REGISTERED", "advancedPanel": "true", "mode": "advanced"}
    assert {url.path for url in asked} == {"/companies/app/ui/pages/companies/search"}
    assert sorted((dict(url.params) for url in asked), key=len) == [
        {"q": "A & B", **fixed},
        {"q": "", "addressKeyword": "1 Main St Ōtaki", **fixed},
    ]
