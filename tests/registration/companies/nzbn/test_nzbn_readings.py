"""What the NZBN API may say otherwise than one expects: dates, placeholders, lists, gaps."""

from datetime import date
from typing import Any

import httpx
import pytest

from registration.companies.matching.ranking import search_outcome
from registration.companies.models import RegisterQuery, SourceState
from registration.errors import MisconfiguredInstallation, NotFound, RegisterPageNotUnderstood, SearchFailed
from tests.registration.companies.nzbn.nzbn_mock import (
    PERSON,
    ROLE,
    asking,
    details,
    full,
    is_search,
    item,
    listed,
    listing,
    searched,
)

NEVER = "9999-12-31T23:59:59.000+0000"
NOBODY_KNOWS = "0001-01-01T00:00:00.000+1300"


@pytest.mark.parametrize("moment", [NEVER, NOBODY_KNOWS, "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+13:00"])
async def test_no_date_field_breaks_on_a_moment_outside_of_every_calendar(moment: str) -> None:
    """An end that never comes is none; nobody knows a start before all time."""
    address = {"addressType": "REGISTERED", "address1": "1 A St", "startDate": moment, "endDate": moment}
    role = {"roleType": "Director", "startDate": moment, "endDate": moment, "roleAddress": [address]} | PERSON
    holder = {"vacationDate": moment, "individualShareholder": {"fullName": "Mere WALKER"}}
    entry = await details(
        {"registrationDate": moment, "tradingNames": [{"name": "Kai", "startDate": moment, "endDate": moment}]},
        registrationDate=moment,
        addresses={"addressList": [address]},
        tradingNames=[{"name": "Kai", "startDate": moment, "endDate": moment}],
        roles=[role],
        **{"company-details": {"shareholding": {"shareAllocation": [{"allocation": 1, "shareholder": [holder]}]}}},
    )
    [director] = entry.directors
    assert (director.is_active, director.appointed, director.ceased) == (True, None, None)
    assert (director.address, entry.addresses[0].text, entry.incorporation_date) == ("1 A St", "1 A St", None)
    assert (entry.trading_names, [holder.name for holder in entry.shareholders]) == (("Kai",), ["Mere WALKER"])


@pytest.mark.parametrize("moment", ["9999-12-31", "2999-06-30T00:00:00.000+1200"])
async def test_what_ends_in_the_future_holds_until_then(moment: str) -> None:
    """A role, a home, a trading name, a registered office and shares are announced to end."""
    address = {"addressType": "REGISTERED", "address1": "1 A St", "endDate": moment}
    holder = {"vacationDate": moment, "individualShareholder": {"fullName": "Mere WALKER"}}
    entry = await details(
        addresses={"addressList": [address]},
        tradingNames=[{"name": "Kai", "endDate": moment}],
        roles=[{"roleType": "Director", "roleStatus": "ACTIVE", "endDate": moment, "roleAddress": [address]} | PERSON],
        **{"company-details": {"shareholding": {"shareAllocation": [{"allocation": 1, "shareholder": [holder]}]}}},
    )
    assert entry.first_active_director is not None
    assert entry.first_active_director.ceased == date.fromisoformat(moment[:10])
    assert (entry.first_active_director.address, entry.addresses[0].text) == ("1 A St", "1 A St")
    assert (entry.trading_names, len(entry.shareholders)) == (("Kai",), 1)


@pytest.mark.parametrize(
    "said", ["No trading name", "no trading names", "NO TRADING NAME(S)", "Not provided", "-", "N/A"]
)
async def test_words_for_nothing_are_no_trading_name(said: str) -> None:
    """In the list and in the entity; "No Name Bar" is not preselected at another address because of them."""
    office = {"addressList": [{"addressType": "REGISTERED", "address1": "9 Far Road", "address2": "Invercargill"}]}
    answer = listing([item(1, tradingNames=[{"name": said}])], 1, tradingNames=[{"name": said}], addresses=office)
    query = RegisterQuery(name="No Name Bar", street="1 Queen Street", city="Auckland")
    results = await searched(answer, query)
    assert [company.trading_names for company in results.found_by_name] == [()]
    assert search_outcome(query, results).preselected is None
    assert (await details(tradingNames=[{"name": said}])).trading_names == ()


@pytest.mark.parametrize(
    "name", ["No Name Bar", "Not Bread Alone", "None of Your Beeswax", "Website Cafe", "Unknown Pleasures"]
)
async def test_a_name_that_only_begins_so_is_one(name: str) -> None:
    """The whole text must say that there is nothing."""
    assert (await details(tradingNames=[{"name": name}])).trading_names == (name,)


async def test_words_for_nothing_are_no_contact() -> None:
    """Website, e-mail, phone, tax number, industry and address lines."""
    entry = await details(
        websites=[{"url": "No website"}, {"url": "kai.example"}],
        emailAddresses=[{"emailAddress": "No email address"}],
        phoneNumbers=[{"phoneCountryCode": "64", "phoneNumber": "No phone number"}],
        gstNumbers=[{"gstNumber": "No GST number recorded"}],
        industryClassifications=[{"classificationCode": "-", "classificationDescription": "Not specified"}],
        addresses={"addressList": [{"addressType": "SERVICE", "address1": "No address", "countryCode": "NZ"}]},
    )
    assert (entry.websites, entry.emails, entry.phones) == (("kai.example",), (), ())
    assert (entry.gst_numbers, entry.industry_classifications, entry.addresses) == ((), (), ())


ADDRESS = {"addressType": "REGISTERED", "address1": "1 A St"}
ALLOCATION = {"allocation": 100, "shareholder": [{"individualShareholder": {"fullName": "Mere WALKER"}}]}


@pytest.mark.parametrize("addresses", [[ADDRESS], {"addressList": [ADDRESS]}, {"addressList": ADDRESS}, ADDRESS])
async def test_addresses_may_come_in_another_shape(addresses: Any) -> None:
    """A list by itself, or one address by itself."""
    found = await listed({"addresses": addresses})
    assert (found.registered_address, found.not_read) == ("1 A St", None)


@pytest.mark.parametrize(
    "around",
    [lambda one: [one], lambda one: one, lambda one: {"items": [one], "links": []}],
    ids=["list", "one", "object"],
)
async def test_every_list_may_come_without_a_list_or_in_an_object(around: Any) -> None:
    """As converters from XML write them."""
    entry = await details(
        {"tradingNames": around({"name": "Kai"})},
        roles=around(ROLE | {"roleAddress": around(ADDRESS)}),
        tradingNames=around({"name": "Kai"}),
        phoneNumbers=around({"phoneNumber": "09 379 1234"}),
        emailAddresses=around({"emailAddress": "a@kai.example"}),
        websites=around({"url": "kai.example"}),
        gstNumbers=around({"gstNumber": "123-456-789"}),
        industryClassifications=around({"classificationCode": "H451110"}),
        **{"company-details": {"shareholding": {"numberOfShares": 100, "shareAllocation": around(ALLOCATION)}}},
    )
    assert [(one.full_legal_name, one.address) for one in entry.directors] == [("Mere WALKER", "1 A St")]
    assert (entry.trading_names, entry.phones, entry.emails) == (("Kai",), ("09 379 1234",), ("a@kai.example",))
    assert (entry.websites, entry.gst_numbers) == (("kai.example",), ("123-456-789",))
    assert (entry.industry_classifications, len(entry.shareholders)) == (("H451110",), 1)


@pytest.mark.parametrize(
    "unreadable",
    [
        {"roles": [ROLE | {"startDate": "a long time ago"}]},
        {"roles": "none"},
        {"roles": {"one": [ROLE], "other": [ROLE]}},
        {"addresses": "1 A St"},
        {"tradingNames": ["Kai"]},
        {"phoneNumbers": {"what": "is this"}},
        {"entityName": "KAI " * 1000},
    ],
)
async def test_an_entity_that_cannot_be_read_leaves_its_candidate_as_listed(unreadable: dict[str, Any]) -> None:
    """With the reason, and without harm to the others of the search; read for good it is an error."""

    def answer(request: httpx.Request) -> httpx.Response:
        if is_search(request):
            return httpx.Response(200, json={"items": [item(1), item(2)], "totalItems": 2})
        changed = unreadable if request.url.path.endswith("1") else {}
        return full(request, **({"addresses": [ADDRESS]} | changed))

    first, second = (await searched(answer)).found_by_name
    assert (first.company_name, first.registered_address) == ("KAI LIMITED", "")
    assert "is not understood" in str(first.not_read)
    assert (second.registered_address, second.not_read) == ("1 A St", None)
    async with asking(answer) as register:
        with pytest.raises(RegisterPageNotUnderstood):
            await register.details("1")


@pytest.mark.parametrize("nul", ["\x00", "\x1b", "&#27;", "&amp;#7;"])
async def test_no_text_of_the_register_holds_what_no_database_takes(nul: str) -> None:
    """In a name of the list, and in every text of the entity, however it is written."""
    address = {"addressType": "REGISTERED", "address1": f"1 A{nul} St"}
    entry = await details(
        {"entityName": f"KAI{nul} LIMITED", "previousEntityNames": [f"TUI{nul}"]},
        entityName=f"KAI{nul} LIMITED",
        addresses={"addressList": [address]},
        roles=[{"roleType": "Director", "rolePerson": {"lastName": f"WAL{nul}KER"}}],
        websites=[{"url": f"kai{nul}.example"}],
    )
    assert (entry.company_name, entry.previous_names) == ("KAI LIMITED", ("TUI",))
    assert (entry.addresses[0].text, entry.directors[0].full_legal_name) == ("1 A St", "WALKER")
    assert entry.websites == ("kai.example",)


async def test_an_entity_that_does_not_mention_its_roles_is_incomplete() -> None:
    """Null is no more than absent; an empty list says that there is nobody."""
    for said in ({}, {"roles": None, "company-details": None, "addresses": None}, {"company-details": {}}):
        entry = await details(**said)
        assert (entry.directors, entry.gaps) == ((), ("addresses", "directors", "shareholders"))
    shares = {"shareholding": {"numberOfShares": 100, "shareAllocation": [ALLOCATION]}}
    whole: dict[str, Any] = {"roles": [], "company-details": shares, "addresses": {"addressList": []}}
    assert (await details(**whole)).gaps == ()
    shares["shareholding"]["numberOfShares"] = 1_000_000
    assert (await details(**whole)).gaps == ("some shareholders",)


def _without_numbers(*entities: tuple[str, str, str | None, str]) -> Any:
    """Answers with a list that hides the numbers of NZBN, name, number and register."""
    items = [
        {"nzbn": nzbn, "entityName": name, "entityStatusDescription": "Registered"} for nzbn, name, _, _ in entities
    ]
    known = {nzbn: (number, register) for nzbn, _, number, register in entities}

    def answer(request: httpx.Request) -> httpx.Response:
        if is_search(request):
            return httpx.Response(200, json={"items": items, "totalItems": len(items)})
        number, register = known[request.url.path.rpartition("/")[2]]
        said = {"sourceRegisterUniqueIdentifier": number, "sourceRegister": register, "addresses": [ADDRESS]}
        return full(request, **said)

    return answer


async def test_a_list_that_hides_the_numbers_is_read_by_nzbn() -> None:
    """The likest get theirs from the full entity; a partnership and a sole trader are no companies."""
    answer = _without_numbers(
        ("91", "KAI LIMITED", "11", "COMPANY"),
        ("92", "KAI PARTNERSHIP", "12", "Partnership"),
        ("93", "KAI TRADER", None, "Sole_Trader"),
    )
    [found] = (await searched(answer)).found_by_name
    assert (found.company_number, found.nzbn, found.registered_address) == ("11", "91", "1 A St")
    async with asking(answer) as register:
        assert (await register.details("11")).nzbn == "91"
        with pytest.raises(NotFound):
            await register.details("12")


async def test_a_list_that_hides_the_numbers_of_unreadable_entities_is_not_empty() -> None:
    """Nobody says "nothing found" of companies whose numbers are not known."""

    def answer(request: httpx.Request) -> httpx.Response:
        if is_search(request):
            return httpx.Response(
                200,
                json={"items": [{"nzbn": "91", "entityName": "KAI LIMITED", "entityStatusDescription": "Registered"}]},
            )
        return full(request, roles="none")

    with pytest.raises(SearchFailed, match="no entity of the results has a number"):
        await searched(answer)


async def test_a_trading_name_that_is_still_to_come_is_not_one_yet() -> None:
    """As an end that is announced is none."""
    assert (await details(tradingNames=[{"name": "Kai", "startDate": "2999-01-01"}])).trading_names == ()


async def test_a_403_without_a_word_of_a_quota_is_about_the_key() -> None:
    """Only a person can help."""
    body = {"message": "Access denied due to inactive subscription"}
    with pytest.raises(MisconfiguredInstallation, match="put a valid"):
        await searched(lambda _: httpx.Response(403, json=body))


async def test_a_search_with_an_unreadable_entity_has_found_something() -> None:
    """The state of a search of which one entity could not be read is still "found"."""
    results = await searched(listing([item(1)], 1, roles="none"))
    assert results.by_name.state is SourceState.FOUND
