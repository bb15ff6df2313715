"""The register's website, read the way a scraper reads it."""

import re
from typing import Any

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from dev.sandbox.register.directory import Directory
from tests.dev.sandbox.client import Platform

ROOT = "/companies/app/ui/pages/companies"
REGISTERED: dict[str, Any] = {"entityStatusGroups": "REGISTERED", "advancedPanel": "true", "mode": "advanced"}


async def _search(faithful: Platform, **query: Any) -> LexborHTMLParser:
    response = await faithful.http.get(f"{ROOT}/search", params=query)
    assert response.status_code == 200
    return LexborHTMLParser(response.text)


async def _detail(faithful: Platform, number: str) -> LexborHTMLParser:
    return LexborHTMLParser((await faithful.http.get(f"{ROOT}/{number}/detail")).text)


def _names(page: LexborHTMLParser) -> list[str]:
    return [row.text() for row in page.css(".dataList tr span.entityName")]


def _values(node: LexborNode | LexborHTMLParser, label: str) -> list[str]:
    rows = [" ".join(row.text(separator=" ").split()) for row in node.css(".row")]
    return [row.removeprefix(label).strip() for row in rows if row.startswith(label)]


def _plain(node: LexborNode) -> str:
    return " ".join(node.text().split()).replace(" ,", ",")


async def test_a_company_is_found_by_its_name(faithful: Platform) -> None:
    """The best hit comes first, with number, address, status and date where a scraper looks for them."""
    page = await _search(faithful, q="Kereru Kitchen", **REGISTERED)
    header, row = page.css(".dataList tr")[:2]
    assert header.css(".link, .entityName") == []
    link = row.css_first(".link[href]")
    cells = row.css("td > div")
    assert link is not None
    assert re.findall(r"'(\d+)'", link.attributes["href"] or "") == ["5870122"]
    assert [one.text() for one in row.css("span.entityName")] == ["KERERU KITCHEN LIMITED"]
    assert "Registered" in row.css(".entityInfo")[0].text()
    assert _plain(cells[1]) == "214 Cuba Street, Te Aro, Wellington, 6011, New Zealand"
    assert row.css(".incorporationDate label")[0].text() == "Incorporated: 14 Mar 2016"


@pytest.mark.parametrize("query", ["Taco Tāne", "TACO TANE", "mw foods limited"])
async def test_macrons_case_and_previous_names_do_not_matter(faithful: Platform, query: str) -> None:
    """All of them lead to the same company."""
    assert _names(await _search(faithful, q=query, **REGISTERED))[0] == "TACO TANE LIMITED"


async def test_a_company_is_found_by_its_address(faithful: Platform) -> None:
    """By all words of the address, in full or short form."""
    for address in ("126 Stuart Street Dunedin", "126 Stuart St Dunedin"):
        assert _names(await _search(faithful, q="", addressKeyword=address, **REGISTERED)) == ["TACO TANE LIMITED"]


async def test_nothing_found_is_said(faithful: Platform) -> None:
    """No list, but the message."""
    page = await _search(faithful, q="Whetū Ramen Bar", **REGISTERED)
    message = page.css_first(".noResults")
    assert (page.css(".dataList"), message and message.text(strip=True)) == ([], "No results found.")


async def test_removed_companies_are_shown_when_asked(faithful: Platform) -> None:
    """With the class `removed`, and not among the registered ones."""
    anyone = await _search(faithful, q="Saffron Lane Restaurant")
    assert [row.text() for row in anyone.css(".dataList tr.removed .entityName")] == ["SAFFRON LANE RESTAURANT LIMITED"]
    registered = await _search(faithful, q="Saffron Lane Restaurant", **REGISTERED)
    assert "SAFFRON LANE RESTAURANT LIMITED" not in _names(registered)


async def test_results_come_in_pages(faithful: Platform) -> None:
    """15 a page; the next link leads through all of them, once each."""
    page = await _search(faithful, q="", addressKeyword="Auckland", **REGISTERED)
    seen = _names(page)
    assert len(seen) == 15
    while following := page.css_first(".pagingNext a"):
        page = LexborHTMLParser((await faithful.http.get(following.attributes["href"] or "")).text)
        seen += _names(page)
    total = re.search(r"of (\d+)", (await _search(faithful, addressKeyword="Auckland", **REGISTERED)).html or "")
    assert total is not None
    assert len(seen) == int(total[1]) > 30


async def test_two_directors_of_whom_one_ceased(faithful: Platform) -> None:
    """With the labels of the register, the former one in the block of former directors."""
    page = await _detail(faithful, "5870122")
    [current], [former] = page.css("td.director"), page.css(".historic div.director")
    assert _values(current, "Full legal name:") == ["Aroha Mereana NGATA"]
    assert _values(current, "Appointment Date:") == ["14 Mar 2016"]
    assert _values(current, "Residential Address:")[0].endswith(", New Zealand")
    assert _values(former, "Full legal name:") == ["Thomas John WHITTAKER"]
    assert _values(former, "Ceased date:") == ["02 Aug 2021"]


async def test_joint_shareholders_share_an_allocation(faithful: Platform) -> None:
    """One parcel, two holders with their addresses by turns, all shares."""
    [parcel] = (await _detail(faithful, "3318406")).css("#allocations > .allocationDetail")
    values = [_plain(one) for one in parcel.css(".labelValue.col2")]
    assert values[::2] == ["Graham Alan PETRIE", "Susan Mary PETRIE"]
    assert all(one.endswith(", New Zealand") for one in values[1::2])
    assert [one.attributes["value"] for one in parcel.css("input[name=shares]")] == ["100"]
    assert _plain(parcel.css(".shareLabel")[0]) == "(100.00%)"


async def test_a_company_can_hold_shares(faithful: Platform) -> None:
    """It is a link, so that it can be told from a person."""
    parcels = (await _detail(faithful, "7992644")).css("#allocations > .allocationDetail")
    links = [[one.attributes["href"] for one in parcel.css(".labelValue a")] for parcel in parcels]
    assert links == [[f"{ROOT}/7310275"], []]
    assert [_plain(parcel.css(".shareLabel")[0]) for parcel in parcels] == ["(90.00%)", "(10.00%)"]


async def test_addresses_and_nzbn_details(faithful: Platform) -> None:
    """The other panels; what a company did not give is said in words."""
    page = await _detail(faithful, "5870122")
    office = page.css("#addressPanel .addressLine")[0]
    assert _plain(office) == "214 Cuba Street, Te Aro, Wellington, 6011, New Zealand"
    assert len(page.css("#addressPanel .verifiedLabel")) == 1
    known = {one.attributes["for"]: one.next for one in page.css("#nzbnDetailsPanel label")}
    assert known["gstNumber"] is not None
    assert known["gstNumber"].text() == "120-345-678"
    assert known["tradingName"] is not None
    assert known["tradingName"].text() == "Kererū Kitchen"
    nameless = (await _detail(faithful, "3318406")).css("label[for=tradingName] + .nzbnDetails")
    assert [one.text() for one in nameless] == ["No trading name"]


async def test_previous_names_have_their_time(faithful: Platform) -> None:
    """As labels of a block of their own."""
    company = next(one for one in Directory.load().search("MW Foods", "", with_removed=True) if one.previous_names)
    [name] = (await _detail(faithful, company.number)).css(".previousNames label")
    assert re.fullmatch(r"MW FOODS LIMITED \(from \d\d \w{3} \d{4} to \d\d \w{3} \d{4}\)", name.text())


async def test_an_unknown_number_is_no_company(faithful: Platform) -> None:
    """404."""
    assert (await faithful.http.get(f"{ROOT}/1/detail")).status_code == 404


@pytest.mark.parametrize("kind, status", [("unavailable", 503), ("html_error", 502), ("too_many", 429)])
async def test_the_register_can_be_down(faithful: Platform, kind: str, status: int) -> None:
    """Told so for a search or a company, it shows an error page there, and only there."""
    await faithful.break_with("tandoor", "register-search", kind, times=1)
    await faithful.break_with("5870122", "register-detail", kind, times=1)
    assert (await faithful.http.get(f"{ROOT}/search", params={"q": "Tandoor Trail"})).status_code == status
    assert (await faithful.http.get(f"{ROOT}/5870122/detail")).status_code == status
    assert (await faithful.http.get(f"{ROOT}/3318406/detail")).status_code == 200


async def test_the_layout_can_change(faithful: Platform) -> None:
    """The same companies, but nothing where a scraper looks, and no "no results" either."""
    await faithful.break_with("*", "*", "changed_layout")
    page = await _search(faithful, q="Kereru Kitchen", **REGISTERED)
    assert (page.css(".dataList"), page.css(".noResults")) == ([], [])
    assert (await _detail(faithful, "5870122")).css(".director, #nzbnDetailsPanel") == []


async def test_a_panel_can_be_missing(faithful: Platform) -> None:
    """A page without shareholders is otherwise complete."""
    await faithful.break_with("*", "register-detail", "missing_panel")
    page = await _detail(faithful, "5870122")
    assert (len(page.css(".director")), page.css("#shareholdersPanel")) == (2, [])


async def test_a_page_can_hang(faithful: Platform) -> None:
    """Until the client goes."""
    await faithful.break_with("*", "register-search", "hang")
    with pytest.raises(httpx.ReadTimeout):
        await faithful.http.get(f"{ROOT}/search", params={"q": "x"}, timeout=0.3)


async def test_results_can_come_later(faithful: Platform) -> None:
    """By a script: whoever reads the page as it was sent finds neither a list nor the message."""
    await faithful.break_with("*", "register-search", "filled_later")
    page = await _search(faithful, q="Kereru Kitchen", **REGISTERED)
    assert (page.css(".dataList"), page.css(".noResults"), len(page.css("script#later"))) == ([], [], 1)


async def test_a_busy_register_says_how_long(faithful: Platform) -> None:
    """Where the fault says so."""
    await faithful.break_with("*", "register-search", "too_many", seconds=7)
    response = await faithful.http.get(f"{ROOT}/search", params={"q": "x"})
    assert (response.status_code, response.headers["Retry-After"]) == (429, "7")


@pytest.mark.parametrize("name, kind", [("register.css", "text/css"), ("register.svg", "image/svg+xml")])
async def test_pages_look_like_pages(faithful: Platform, name: str, kind: str) -> None:
    """What a reader need not load is there."""
    page = await _search(faithful, q="Kereru Kitchen", **REGISTERED)
    assert name in (page.html or "")
    response = await faithful.http.get(f"{ROOT}/assets/{name}")
    assert (response.status_code, response.headers["Content-Type"].partition(";")[0]) == (200, kind)
