"""The NZBN API, searched and read over HTTP against the sandbox."""

from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime

import pytest
import pytest_asyncio

from dev.stack.sandbox import Sandbox
from registration.companies.matching.ranking import search_outcome
from registration.companies.models import RegisterQuery, SourceState
from registration.companies.register import CompaniesRegister
from registration.companies.website.client import CompaniesOfficeWebsite
from registration.companies.website.http import HttpVisitors
from registration.errors import NotFound, Refused
from tests.registration.companies.nzbn.nzbn_sandbox import KERERU, KERERU_NUMBER, NzbnSandbox, nzbn_at

JOINT_HOLDERS, COMPANY_HOLDER, REMOVED, PHYSICAL = "4542253", "7992644", "4712764", "7741093"


@pytest_asyncio.fixture
async def nzbn(sandbox: Sandbox) -> AsyncGenerator[NzbnSandbox]:
    """The sandbox's API."""
    async with nzbn_at(sandbox) as sandbox_api:
        yield sandbox_api


@pytest_asyncio.fixture
async def register(nzbn: NzbnSandbox) -> AsyncGenerator[CompaniesRegister]:
    """The client on it."""
    async with nzbn.client() as client:
        yield client


async def test_a_company_is_found_by_name_with_its_address(register: CompaniesRegister) -> None:
    """The likest is read in full, so the ranking can compare addresses; search by address is not offered."""
    results = await register.search(KERERU)
    assert (results.by_name.state, results.by_address.state) == (SourceState.FOUND, SourceState.NOT_OFFERED)
    [found] = [company for company in results.found_by_name if company.company_number == KERERU_NUMBER]
    assert found.registered_address == "214 Cuba Street, Te Aro, Wellington, 6011, New Zealand"
    assert (found.nzbn, found.status, found.incorporation_date) == ("9429031003346", "Registered", date(2016, 3, 14))
    assert found.trading_names == ("Kererū Kitchen",)
    assert search_outcome(KERERU, results).preselected == KERERU_NUMBER


async def test_previous_names_are_known(register: CompaniesRegister) -> None:
    """They are found by, and shown."""
    results = await register.search(RegisterQuery(name="MW Foods Limited"))
    assert [(one.company_name, one.previous_names) for one in results.found_by_name if one.previous_names] == [
        ("TACO TANE LIMITED", ("MW FOODS LIMITED",))
    ]


async def test_nothing_found_is_said_so(register: CompaniesRegister) -> None:
    """An empty list is "nothing", not a failure."""
    results = await register.search(RegisterQuery(name="Zzyzx"))
    assert (results.by_name.state, results.found_by_name) == (SourceState.NOTHING, ())


async def test_without_a_name_there_is_nothing_to_search_by(register: CompaniesRegister) -> None:
    """A street alone does not help here."""
    assert not register.searches_addresses
    with pytest.raises(Refused, match="give a name"):
        await register.search(RegisterQuery(street="214 Cuba Street", city="Wellington"))


async def test_pages_are_followed_and_five_are_read_in_full(nzbn: NzbnSandbox, register: CompaniesRegister) -> None:
    """Three pages of fifty, no entity twice; only the five that are most alike have their address."""
    begin = datetime.now(UTC)
    found = (await register.search(RegisterQuery(name="Limited"))).found_by_name
    assert len(found) == len({company.nzbn for company in found}) == 150
    assert sum(bool(company.registered_address) for company in found) == 5
    assert await nzbn.calls_since(begin) == {"nzbn-search": 3, "nzbn-entity": 5}


async def test_all_its_names_are_searched(register: CompaniesRegister) -> None:
    """Legal name and trading name of one text, each by itself."""
    results = await register.search(RegisterQuery(name="Kererū Kitchen Limited trading as Taco Tāne", city="Dunedin"))
    names = {company.company_name for company in results.found_by_name}
    assert {"KERERU KITCHEN LIMITED", "TACO TANE LIMITED"} <= names


@pytest.mark.parametrize("number", [KERERU_NUMBER, JOINT_HOLDERS, COMPANY_HOLDER, REMOVED])
async def test_api_and_website_say_the_same_of_a_company(
    sandbox: Sandbox, register: CompaniesRegister, number: str
) -> None:
    """Directors, shareholders, addresses, numbers, contacts: whichever way the register is asked."""
    async with CompaniesOfficeWebsite(sandbox.url, HttpVisitors(10)) as website:
        assert await register.details(number) == await website.details(number)


async def test_a_company_is_read_in_full(register: CompaniesRegister) -> None:
    """The active director, the GST number and the contacts are there to be saved."""
    details = await register.details(KERERU_NUMBER)
    assert details.first_active_director
    assert details.first_active_director.full_legal_name == "Aroha Mereana NGATA"
    assert [director.is_active for director in details.directors] == [True, False]
    assert (details.gst_number, details.contact_phone) == ("120-345-678", "+64 4 8015521")
    assert details.contact_email == "office@kererukitchen.example"


async def test_every_current_address_has_its_label(register: CompaniesRegister) -> None:
    """As people call it."""
    addresses = (await register.details(PHYSICAL)).addresses
    assert [address.type for address in addresses] == [
        "Registered office address",
        "Address for service",
        "Office address",
    ]


async def test_an_unknown_company_is_not_found(register: CompaniesRegister) -> None:
    """A number that the register does not know is named; one that it only finds parts of is unknown too."""
    for number in ("12345", "587012"):
        with pytest.raises(NotFound, match=f"no company with the number {number}"):
            await register.details(number)
