"""The page of one company: made pages are read value by value, and what is not understood is an error."""

from datetime import date
from pathlib import Path

import pytest

from registration.companies.details import CompanyDetails, Director, RegisterAddress, Shareholder
from registration.companies.website.company_page import read_company
from registration.errors import RegisterPageNotUnderstood
from tests.registration.companies.website.made import markup
from tests.registration.companies.website.made.companies import MadeCompany, MadeHolder, MadeParcel, detail_page
from tests.registration.companies.website.made.detail_cases import CASES, KIWI, PANELS, Case

URL = "http://register.example/1234567/detail"
PAGE = detail_page(MadeCompany())
STRUCTURE = Path(__file__).parent / "made" / "structure.html"


def read(html: str, number: str = "1234567") -> CompanyDetails:
    """What a page says."""
    return read_company(html, URL, number)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_page_is_read_value_by_value(case: Case) -> None:
    """Every page of the set, exactly."""
    assert read(case.html) == case.details


def test_there_are_enough_pages_and_no_two_are_alike() -> None:
    """A case that is the same page as another shows nothing."""
    assert len({case.html for case in CASES}) == len(CASES) >= 30


def test_what_every_company_has_and_the_page_does_not_show_is_said() -> None:
    """Contact details are seldom given; directors always."""
    gaps = {case.name: case.details.gaps for case in PANELS}
    assert gaps["no panel at all"] == ("addresses", "directors", "shareholders")
    assert gaps["no NZBN panel"] == ()
    assert read(detail_page(MadeCompany(total_shares="101"))).gaps == ("some shareholders",)
    assert read(PAGE.replace("Showing 1 directors", "Showing 10 of 22 directors")).gaps == ("some directors",)
    assert read(PAGE.replace("Showing 1 directors", "Showing 1 of 1 directors")).gaps == ()


@pytest.mark.parametrize(
    "part,instead,what",
    [
        ('class="entityIdentifier"', "", "h1 with .entityIdentifier is missing"),
        ("KIWI CAFE LIMITED <span", "<span", "the heading has no company name"),
        ("Full legal name:", "Name:", None),
        ('for="fullName"', "", None),
        ('<label for="fullName">Full legal name:</label>', "", "'full legal name' is missing"),
        ('class="director"', "", "the name of a director is not in .director"),
        ('class="allocationDetail"', "", "shares are not in .allocationDetail"),
        ("value='100'", "value='many'", "'many' is not a number"),
        ("<input type='hidden' name='shares' value='100'/>", "", None),
        ("(100.00%)", "(all of them)", "is not a percentage"),
        ("17 Jun 2014", "on a Tuesday", "'on a Tuesday' is not a date"),
        ("17 Jun 2014", "31 Feb 2014", "'31 Feb 2014' is not a date"),
        ("9429000000008", "942900000000", "'942900000000' is not an NZBN"),
        ("Level 2, 9 Weka Street, Wellington, 6011", "", None),
    ],
)
def test_what_is_not_understood_is_an_error_with_the_page(part: str, instead: str, what: str | None) -> None:
    """Never a default. A page that says the same in another of its ways is read."""
    assert part in PAGE
    changed = PAGE.replace(part, instead)
    if what is None:
        assert read(changed).company_name == "KIWI CAFE LIMITED"
        return
    with pytest.raises(RegisterPageNotUnderstood, match=what) as caught:
        read(changed)
    [copy] = caught.value.pages
    assert (copy.url, copy.html) == (URL, changed)


def test_a_page_without_the_hidden_field_shows_the_shares_all_the_same() -> None:
    """Before their percentage."""
    assert read(PAGE.replace("<input type='hidden' name='shares' value='100'/>", "")) == KIWI


@pytest.mark.parametrize(
    "gone", ['<label for="companyStatus">Company Status:</label>', '<label for="companyNumber">Company number:</label>']
)
def test_number_and_status_stand_in_the_heading_too(gone: str) -> None:
    """A summary without them is read all the same."""
    assert read(PAGE.replace(gone, "")) == KIWI


def test_holders_and_addresses_that_do_not_come_by_turns_are_an_error() -> None:
    """An address must never be taken for a holder."""
    holders = (MadeHolder("Bo LI", "1 Rata Road, Nelson"), MadeHolder("Ana LI"))
    page = detail_page(MadeCompany(parcels=(MadeParcel(100, "100.00", holders),)), markup.MINIFIED)
    address = '<div class="row"><label>&nbsp;</label><div class="labelValue col2">1 Rata Road, Nelson</div></div>'
    assert address in page
    with pytest.raises(RegisterPageNotUnderstood, match="has 3 values, not pairs of a name and an address"):
        read(page.replace(address, ""))


def test_the_page_of_another_company_is_an_error() -> None:
    """A page must be of the company that was asked for, in its heading and in its summary."""
    with pytest.raises(RegisterPageNotUnderstood, match="it shows company 1234567 instead of 77"):
        read(PAGE, "77")
    with pytest.raises(RegisterPageNotUnderstood, match="it shows several company numbers: 1234567, 77"):
        read(PAGE.replace("(1234567)", "(77)"))


@pytest.mark.parametrize("html", ["", "<html><body><h1>Sorry</h1></body></html>", "\x00", "<" * 100_000])
def test_what_is_no_page_of_a_company_is_an_error(html: str) -> None:
    """Without its heading nothing else counts."""
    with pytest.raises(RegisterPageNotUnderstood, match=r"h1 with \.entityIdentifier is missing|it is empty"):
        read(html)


def test_control_characters_of_a_page_are_no_part_of_what_it_says() -> None:
    """A terminal would obey them, a database refuse them; pages may write them as entities."""
    company = read(PAGE.replace("KIWI CAFE", "KIWI&#27;[2J &#x7f; CA\x00FE").replace("Weka", "We&#7;ka"))
    assert company.company_name == "KIWI[2J CAFE LIMITED"
    assert company.addresses == KIWI.addresses


def test_values_are_bounded() -> None:
    """A name without end, a number without end, parts inside each other without end."""
    for changed in (
        PAGE.replace("KIWI CAFE", "KIWI " * 10_000),
        PAGE.replace("value='100'", f"value='{'9' * 100_000}'"),
        PAGE.replace('<div id="maincol">', "<div>" * 5_000),
    ):
        with pytest.raises(RegisterPageNotUnderstood) as caught:
            read(changed)
        assert len(caught.value.message) < 1000


def test_a_page_with_all_that_was_seen_is_read() -> None:
    """Former entries, joint holders, shares that are not shown, placeholders: the page that shows the structure."""
    office = "Level 2, 9 Weka Street, Wellington, 6011, New Zealand"
    assert read(STRUCTURE.read_text()) == CompanyDetails(
        company_name="KIWI CAFE LIMITED",
        company_number="1234567",
        nzbn="9429000000000",
        status="Registered",
        incorporation_date=date(2014, 6, 17),
        entity_type="NZ Limited Company",
        addresses=(
            RegisterAddress(type="Registered office address", text=office),
            RegisterAddress(type="Address for service", text=office),
        ),
        directors=(
            KIWI.directors[0],
            Director(name="Sam Old", full_legal_name="Sam OLD", appointed=date(2008, 7, 16), ceased=date(2016, 6, 30)),
        ),
        shareholders=(
            Shareholder(name="Aroha Mereana NGATA", type="individual", held="joint", shares=60, percentage=60),
            Shareholder(name="KAURI TRUSTEES LIMITED", type="company", held="joint", shares=60, percentage=60),
        ),
        gst_numbers=("123-456-789",),
        phones=("+64 4 8015521",),
        emails=("office@kiwi.example",),
        websites=("kiwi.example",),
        previous_names=("OLD KIWI LIMITED",),
        missing=("industry_classifications",),
        partial=("shareholders",),
    )


@pytest.mark.parametrize(
    "part,instead",
    [
        ("</span> </h1>", '</span> <a href="#">Add to watchlist</a></h1>'),
        ('<div class="verifiedLabel"><span', '<div>since 2014</div><div class="verifiedLabel"><span'),
        ("New Zealand\n</div>", 'New Zealand <span class="verifiedLabel"><i>Valid NZ Address</i></span></div>'),
        ("9429000000008", '9429000000008 <a href="#">What is this?</a>'),
        ("&nbsp;(100.00%)", "(&lt; 100.00 %)"),
        ("</h4>", '</h4><div class="row"><label>Address for communication:</label></div>'),
    ],
)
def test_what_stands_beside_a_value_is_no_part_of_it(part: str, instead: str) -> None:
    """Links, remarks, marks, and labels that stand before nothing."""
    assert part in PAGE
    assert read(PAGE.replace(part, instead)) == KIWI


def test_a_share_of_less_than_a_percent_is_read() -> None:
    """However it is written."""
    shown = [read(PAGE.replace("(100.00%)", said)).shareholders[0].percentage for said in ("(0.01%)", "(.5%)", "(1 %)")]
    assert shown == [0.01, 0.5, 1]


def test_labels_of_addresses_that_all_stand_before_nothing_are_an_error() -> None:
    """Then the addresses have gone elsewhere."""
    with pytest.raises(RegisterPageNotUnderstood, match="'Registered office address' has no address"):
        read(PAGE.replace("addressLine", "verifiedLabel"))
