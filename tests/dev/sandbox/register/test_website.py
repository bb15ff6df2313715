"""The register's website, read like a scraper does."""

import re
from typing import Any

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from dev.sandbox.register.directory import Directory
from tests.dev.sandbox.client import Platform
from tests.waiting import HANG

ROOT = "/companies/app/ui/pages/companies"
REGISTERED: dict[str, Any] = {"entityStatusGroups": "REGISTERED", "advancedPanel": "true", "mode": "advanced"}


async def _search(sandbox_platform: Platform, **query: Any) -> LexborHTMLParser:
    response = await sandbox_platform.http.get(f"{ROOT}/search", params=query)
    assert response.status_code == 200
    return LexborHTMLParser(response.text)


async def _detail(sandbox_platform: Platform, number: str) -> LexborHTMLParser:
    return LexborHTMLParser((await sandbox_platform.http.get(f"{ROOT}/{number}/detail")).text)


def _names(page: LexborHTMLParser) -> list[str]:
    return [row.text() for row in page.css(".dataList tr span.entityName")]


def _values(node: LexborNode | LexborHTMLParser, label: str) -> list[str]:
    rows = [" ".join(row.text(separator=" ").split()) for row in node.css(".row")]
    return [row.removeprefix(label).strip() for row in rows if row.startswith(label)]


def _plain(node: LexborNode) -> str:
    return " ".join(node.text().split()).replace(" ,", ",")


async def test_a_company_is_found_by_its_name(sandbox_platform: Platform) -> None:
    """The best result is first; number, address, status and date have the scraper's selectors."""
    page = await _search(sandbox_platform, q="Kereru Kitchen", **REGISTERED)
    header, row = page.css(".dataList tr")[:2]
    assert header.css(".link, .entityName") == []
    link = row.css_first(".link[href]")
    cells = row.css("td > div")
    assert link is not None
    assert re.findall(r"'(\d+)'", link.attributes["href"] or "") == ["5870122"]
    assert [node.text() for node in row.css("span.entityName")] == ["KERERU KITCHEN LIMITED"]
    assert "Registered" in row.css(".entityInfo")[0].text()
    assert _plain(cells[1]) == "214 Cuba Street, Te Aro, Wellington, 6011, New Zealand"
    assert row.css(".incorporationDate label")[0].text() == "Incorporated: 14 Mar 2016"


@pytest.mark.parametrize("query", ["Taco Tāne", "TACO TANE", "mw foods limited"])
async def test_macrons_case_and_previous_names_do_not_matter(sandbox_platform: Platform, query: str) -> None:
    """All of them lead to the same company."""
    assert _names(await _search(sandbox_platform, q=query, **REGISTERED))[0] == "TACO TANE LIMITED"


async def test_a_company_is_found_by_its_address(sandbox_platform: Platform) -> None:
    """By all words of the address, in full or short form."""
    for address in ("126 Stuart Street Dunedin", "126 Stuart St Dunedin"):
        assert _names(await _search(sandbox_platform, q="", addressKeyword=address, **REGISTERED)) == [
            "TACO TANE LIMITED"
        ]


async def test_a_search_without_results_has_a_message(sandbox_platform: Platform) -> None:
    """The page has the message instead of a list."""
    page = await _search(sandbox_platform, q="Whetū Ramen Bar", **REGISTERED)
    message = page.css_first(".noResults")
    assert (page.css(".dataList"), message and message.text(strip=True)) == ([], "No results found.")


async def test_removed_companies_are_found_on_request(sandbox_platform: Platform) -> None:
    """With the class `removed`, and not among the registered companies."""
    anyone = await _search(sandbox_platform, q="Saffron Lane Restaurant")
    assert [row.text() for row in anyone.css(".dataList tr.removed .entityName")] == ["SAFFRON LANE RESTAURANT LIMITED"]
    registered = await _search(sandbox_platform, q="Saffron Lane Restaurant", **REGISTERED)
    assert "SAFFRON LANE RESTAURANT LIMITED" not in _names(registered)


async def test_results_come_in_pages(sandbox_platform: Platform) -> None:
    """15 per page; the next link leads through all pages, once each."""
    page = await _search(sandbox_platform, q="", addressKeyword="Auckland", **REGISTERED)
    seen = _names(page)
    assert len(seen) == 15
    while following := page.css_first(".pagingNext a"):
        page = LexborHTMLParser((await sandbox_platform.http.get(following.attributes["href"] or "")).text)
        seen += _names(page)
    total = re.search(
        r"of (\d+)", (await _search(sandbox_platform, addressKeyword="Auckland", **REGISTERED)).html or ""
    )
    assert total is not None
    assert len(seen) == int(total[1]) > 30


async def test_two_directors_of_whom_one_ceased(sandbox_platform: Platform) -> None:
    """With the labels of the register, the former one in the block of former directors."""
    page = await _detail(sandbox_platform, "5870122")
    [current], [former] = page.css("td.director"), page.css(".historic div.director")
    assert _values(current, "Full legal name:") == ["Aroha Mereana NGATA"]
    assert _values(current, "Appointment Date:") == ["14 Mar 2016"]
    assert _values(current, "Residential Address:")[0].endswith(", New Zealand")
    assert _values(former, "Full legal name:") == ["Thomas John WHITTAKER"]
    assert _values(former, "Ceased date:") == ["02 Aug 2021"]


async def test_joint_shareholders_share_an_allocation(sandbox_platform: Platform) -> None:
    """One parcel, two holders, each followed by the address, and the number of all shares."""
    [parcel] = (await _detail(sandbox_platform, "3318406")).css("#allocations > .allocationDetail")
    values = [_plain(node) for node in parcel.css(".labelValue.col2")]
    assert values[::2] == ["Graham Alan PETRIE", "Susan Mary PETRIE"]
    assert all(value.endswith(", New Zealand") for value in values[1::2])
    assert [one.attributes["value"] for one in parcel.css("input[name=shares]")] == ["100"]
    assert _plain(parcel.css(".shareLabel")[0]) == "(100.00%)"


async def test_a_company_can_hold_shares(sandbox_platform: Platform) -> None:
    """Its name is a link, which distinguishes it from a person."""
    parcels = (await _detail(sandbox_platform, "7992644")).css("#allocations > .allocationDetail")
    links = [[node.attributes["href"] for node in parcel.css(".labelValue a")] for parcel in parcels]
    assert links == [[f"{ROOT}/7310275"], []]
    assert [_plain(parcel.css(".shareLabel")[0]) for parcel in parcels] == ["(90.00%)", "(10.00%)"]


async def test_addresses_and_nzbn_details(sandbox_platform: Platform) -> None:
    """The other panels; a missing value has its own text."""
    page = await _detail(sandbox_platform, "5870122")
    office = page.css("#addressPanel .addressLine")[0]
    assert _plain(office) == "214 Cuba Street, Te Aro, Wellington, 6011, New Zealand"
    assert len(page.css("#addressPanel .verifiedLabel")) == 1
    known = {node.attributes["for"]: node.next for node in page.css("#nzbnDetailsPanel label")}
    assert known["gstNumber"] is not None
    assert known["gstNumber"].text() == "120-345-678"
    assert known["tradingName"] is not None
    assert known["tradingName"].text() == "Kererū Kitchen"
    nameless = (await _detail(sandbox_platform, "3318406")).css("label[for=tradingName] + .nzbnDetails")
    assert [label.text() for label in nameless] == ["No trading name"]


async def test_previous_names_have_their_time(sandbox_platform: Platform) -> None:
    """Labels in a block of their own."""
    company = next(
        company for company in Directory.load().search("MW Foods", "", with_removed=True) if company.previous_names
    )
    [name] = (await _detail(sandbox_platform, company.number)).css(".previousNames label")
    assert re.fullmatch(r"MW FOODS LIMITED \(from \d\d \w{3} \d{4} to \d\d \w{3} \d{4}\)", name.text())


async def test_an_unknown_number_is_no_company(sandbox_platform: Platform) -> None:
    """404."""
    assert (await sandbox_platform.http.get(f"{ROOT}/1/detail")).status_code == 404


@pytest.mark.parametrize("kind, status", [("unavailable", 503), ("html_error", 502), ("too_many", 429)])
async def test_the_register_can_be_down(sandbox_platform: Platform, kind: str, status: int) -> None:
    """The error page appears for the search or company of the fault only."""
    await sandbox_platform.break_with("tandoor", "register-search", kind, times=1)
    await sandbox_platform.break_with("5870122", "register-detail", kind, times=1)
    assert (await sandbox_platform.http.get(f"{ROOT}/search", params={"q": "Tandoor Trail"})).status_code == status
    assert (await sandbox_platform.http.get(f"{ROOT}/5870122/detail")).status_code == status
    assert (await sandbox_platform.http.get(f"{ROOT}/3318406/detail")).status_code == 200


async def test_the_layout_can_change(sandbox_platform: Platform) -> None:
    """The companies are there, but neither list nor message has the scraper's selectors."""
    await sandbox_platform.break_with("*", "*", "changed_layout")
    page = await _search(sandbox_platform, q="Kereru Kitchen", **REGISTERED)
    assert (page.css(".dataList"), page.css(".noResults")) == ([], [])
    assert (await _detail(sandbox_platform, "5870122")).css(".director, #nzbnDetailsPanel") == []


async def test_a_panel_can_be_missing(sandbox_platform: Platform) -> None:
    """A page without shareholders is otherwise complete."""
    await sandbox_platform.break_with("*", "register-detail", "missing_panel")
    page = await _detail(sandbox_platform, "5870122")
    assert (len(page.css(".director")), page.css("#shareholdersPanel")) == (2, [])


async def test_a_page_can_hang(sandbox_platform: Platform) -> None:
    """Until the client disconnects."""
    await sandbox_platform.break_with("*", "register-search", "hang")
    with pytest.raises(httpx.ReadTimeout):
        await sandbox_platform.http.get(f"{ROOT}/search", params={"q": "x"}, timeout=httpx.Timeout(HANG, read=0.3))


async def test_results_can_come_later(sandbox_platform: Platform) -> None:
    """A script adds the results: the raw page has neither a list nor the message."""
    await sandbox_platform.break_with("*", "register-search", "filled_later")
    page = await _search(sandbox_platform, q="Kereru Kitchen", **REGISTERED)
    assert (page.css(".dataList"), page.css(".noResults"), len(page.css("script#later"))) == ([], [], 1)


async def test_a_busy_register_says_how_long(sandbox_platform: Platform) -> None:
    """If the fault has a duration."""
    await sandbox_platform.break_with("*", "register-search", "too_many", seconds=7)
    response = await sandbox_platform.http.get(f"{ROOT}/search", params={"q": "x"})
    assert (response.status_code, response.headers["Retry-After"]) == (429, "7")


@pytest.mark.parametrize("name, kind", [("register.css", "text/css"), ("register.svg", "image/svg+xml")])
async def test_style_sheet_and_logo_exist(sandbox_platform: Platform, name: str, kind: str) -> None:
    """Style sheet and logo exist."""
    page = await _search(sandbox_platform, q="Kereru Kitchen", **REGISTERED)
    assert name in (page.html or "")
    response = await sandbox_platform.http.get(f"{ROOT}/assets/{name}")
    assert (response.status_code, response.headers["Content-Type"].partition(";")[0]) == (200, kind)
