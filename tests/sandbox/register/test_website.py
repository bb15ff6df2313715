"""The register's website, read the way a scraper reads it."""

import re
from typing import Any

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.sandbox.client import Platform

ROOT = "/companies/app/ui/pages/companies"
REGISTERED: dict[str, Any] = {"entityStatusGroups": "REGISTERED", "advancedPanel": "true", "mode": "advanced"}


async def _search(platform: Platform, **query: Any) -> LexborHTMLParser:
    response = await platform.http.get(f"{ROOT}/search", params=query)
    assert response.status_code == 200
    return LexborHTMLParser(response.text)


async def _detail(platform: Platform, number: str) -> LexborHTMLParser:
    return LexborHTMLParser((await platform.http.get(f"{ROOT}/{number}/detail")).text)


def _names(page: LexborHTMLParser) -> list[str]:
    return [row.text() for row in page.css(".dataList tr span.entityName")]


def _values(node: LexborNode | LexborHTMLParser, label: str) -> list[str]:
    rows = [row.text(separator=" ", strip=True) for row in node.css(".row, .addressLine")]
    return [row.removeprefix(label).strip() for row in rows if row.startswith(label)]


async def test_a_company_is_found_by_its_name(platform: Platform) -> None:
    """The best hit comes first, with number, address, status and date where a scraper looks for them."""
    page = await _search(platform, q="Kereru Kitchen", **REGISTERED)
    row = page.css(".dataList tr")[0]
    link = row.css_first(".link[href]")
    cells = row.css("td > div")
    assert link is not None
    assert re.findall(r"'(\d+)'", link.attributes["href"] or "") == ["5870122"]
    assert [one.text() for one in row.css("span.entityName")] == ["KERERU KITCHEN LIMITED"]
    assert "Registered" in row.css(".entityInfo")[0].text()
    assert cells[1].text() == "214 Cuba Street, Te Aro, Wellington, 6011, New Zealand"
    assert row.css(".incorporationDate label")[0].text() == "Incorporated: 14 Mar 2016"


@pytest.mark.parametrize("query", ["Taco Tāne", "TACO TANE", "mw foods limited"])
async def test_macrons_case_and_previous_names_do_not_matter(platform: Platform, query: str) -> None:
    """All of them lead to the same company."""
    assert _names(await _search(platform, q=query, **REGISTERED))[0] == "TACO TANE LIMITED"


async def test_a_company_is_found_by_its_address(platform: Platform) -> None:
    """By all words of the address, in full or short form."""
    for address in ("126 Stuart Street Dunedin", "126 Stuart St Dunedin"):
        assert _names(await _search(platform, q="", addressKeyword=address, **REGISTERED)) == ["TACO TANE LIMITED"]


async def test_nothing_found_is_said(platform: Platform) -> None:
    """No list, but the message."""
    page = await _search(platform, q="Whetū Ramen Bar", **REGISTERED)
    message = page.css_first(".noResults")
    assert (page.css(".dataList"), message and message.text(strip=True)) == ([], "No results found.")


async def test_removed_companies_are_shown_when_asked(platform: Platform) -> None:
    """With the class `removed`, and not among the registered ones."""
    anyone = await _search(platform, q="Saffron Lane Restaurant")
    assert [row.text() for row in anyone.css(".dataList tr.removed .entityName")] == ["SAFFRON LANE RESTAURANT LIMITED"]
    registered = await _search(platform, q="Saffron Lane Restaurant", **REGISTERED)
    assert "SAFFRON LANE RESTAURANT LIMITED" not in _names(registered)


async def test_results_come_in_pages(platform: Platform) -> None:
    """15 a page; the next link leads through all of them, once each."""
    page = await _search(platform, q="", addressKeyword="Auckland", **REGISTERED)
    seen = _names(page)
    assert len(seen) == 15
    while following := page.css_first(".pagingNext"):
        page = LexborHTMLParser((await platform.http.get(following.attributes["href"] or "")).text)
        seen += _names(page)
    total = re.search(r"of (\d+)", (await _search(platform, addressKeyword="Auckland", **REGISTERED)).html or "")
    assert total is not None
    assert len(seen) == int(total[1]) > 30


async def test_two_directors_of_whom_one_ceased(platform: Platform) -> None:
    """Each in a cell of its own, with the labels of the register."""
    directors = (await _detail(platform, "5870122")).css("td.director")
    assert [_values(one, "Full legal name:") for one in directors] == [
        ["Aroha Mereana NGATA"],
        ["Thomas John WHITTAKER"],
    ]
    assert [_values(one, "Ceased Date:") for one in directors] == [[], ["02 Aug 2021"]]
    assert _values(directors[0], "Appointment Date:") == ["14 Mar 2016"]
    assert _values(directors[0], "Residential Address:")[0].endswith("New Zealand")


async def test_joint_shareholders_share_an_allocation(platform: Platform) -> None:
    """One parcel, two holders, all shares."""
    [parcel] = (await _detail(platform, "3318406")).css("#allocations > .allocationDetail")
    assert [one.text() for one in parcel.css(".holderName")] == ["Graham Alan PETRIE", "Susan Mary PETRIE"]
    assert parcel.css(".percentage")[0].text() == "(100.00%)"


async def test_a_company_can_hold_shares(platform: Platform) -> None:
    """With its number, so that it can be told from a person."""
    parcels = (await _detail(platform, "7992644")).css("#allocations > .allocationDetail")
    assert ["7310275" in (parcel.html or "") for parcel in parcels] == [True, False]
    assert [parcel.css(".percentage")[0].text() for parcel in parcels] == ["(90.00%)", "(10.00%)"]


async def test_addresses_and_nzbn_details(platform: Platform) -> None:
    """The other panels."""
    page = await _detail(platform, "5870122")
    nzbn = page.css("#nzbnDetailsPanel")[0]
    assert _values(page, "Registered office address:") == ["214 Cuba Street, Te Aro, Wellington, 6011, New Zealand"]
    assert _values(nzbn, "GST Number(s):") == ["120-345-678"]
    assert _values(nzbn, "Trading Name(s):") == ["Kererū Kitchen"]


async def test_an_unknown_number_is_no_company(platform: Platform) -> None:
    """404."""
    assert (await platform.http.get(f"{ROOT}/1/detail")).status_code == 404


@pytest.mark.parametrize("kind, status", [("unavailable", 503), ("html_error", 502), ("too_many", 429)])
async def test_the_register_can_be_down(platform: Platform, kind: str, status: int) -> None:
    """Told so for a search or a company, it shows an error page there, and only there."""
    await platform.break_with("tandoor", "register-search", kind, times=1)
    await platform.break_with("5870122", "register-detail", kind, times=1)
    assert (await platform.http.get(f"{ROOT}/search", params={"q": "Tandoor Trail"})).status_code == status
    assert (await platform.http.get(f"{ROOT}/5870122/detail")).status_code == status
    assert (await platform.http.get(f"{ROOT}/3318406/detail")).status_code == 200


async def test_the_layout_can_change(platform: Platform) -> None:
    """The same companies, but nothing where a scraper looks, and no "no results" either."""
    await platform.break_with("*", "*", "changed_layout")
    page = await _search(platform, q="Kereru Kitchen", **REGISTERED)
    assert (page.css(".dataList"), page.css(".noResults")) == ([], [])
    assert (await _detail(platform, "5870122")).css("td.director, #nzbnDetailsPanel") == []


async def test_a_panel_can_be_missing(platform: Platform) -> None:
    """A page without shareholders is otherwise complete."""
    await platform.break_with("*", "register-detail", "missing_panel")
    page = await _detail(platform, "5870122")
    assert (len(page.css("td.director")), page.css("#allocations")) == (2, [])


async def test_a_page_can_hang(platform: Platform) -> None:
    """Until the client goes."""
    await platform.break_with("*", "register-search", "hang")
    with pytest.raises(httpx.ReadTimeout):
        await platform.http.get(f"{ROOT}/search", params={"q": "x"}, timeout=0.3)


async def test_results_can_come_later(platform: Platform) -> None:
    """By a script: whoever reads the page as it was sent finds neither a list nor the message."""
    await platform.break_with("*", "register-search", "filled_later")
    page = await _search(platform, q="Kereru Kitchen", **REGISTERED)
    assert (page.css(".dataList"), page.css(".noResults"), len(page.css("script#later"))) == ([], [], 1)


async def test_a_busy_register_says_how_long(platform: Platform) -> None:
    """Where the fault says so."""
    await platform.break_with("*", "register-search", "too_many", seconds=7)
    response = await platform.http.get(f"{ROOT}/search", params={"q": "x"})
    assert (response.status_code, response.headers["Retry-After"]) == (429, "7")


@pytest.mark.parametrize("name, kind", [("register.css", "text/css"), ("register.svg", "image/svg+xml")])
async def test_pages_look_like_pages(platform: Platform, name: str, kind: str) -> None:
    """What a reader need not load is there."""
    page = await _search(platform, q="Kereru Kitchen", **REGISTERED)
    assert name in (page.html or "")
    response = await platform.http.get(f"{ROOT}/assets/{name}")
    assert (response.status_code, response.headers["Content-Type"].partition(";")[0]) == (200, kind)
