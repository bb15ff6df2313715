"""Search pages are read strictly."""

from datetime import date

import pytest

from registration.clients.companies_pages import read_results
from registration.errors import RegisterPageNotUnderstood
from registration.models.company import FoundCompany

URL = "http://register.example/search?q=x"
ROW = """
<tr class="odd"><td>
  <div><a class="link" href="javascript:showDetails('5870122')"><span class="entityName">KERERU &amp; CO
    LIMITED</span></a> <span class="entityInfo">(5870122) (NZBN: 9429031003346) - Registered</span></div>
  <div>214 Cuba Street, Wellington, 6011</div>
  <div class="incorporationDate"><label>Incorporated: 14 Mar 2016</label></div>
  <div class="previousName">Previously: TUI LIMITED</div>
  <div class="tradingName">Trading as: Kererū</div>
</td></tr>
"""


def _page(rows: str, paging: str = "") -> str:
    return f'<html><body><table class="dataList"><tbody>{rows}</tbody></table>{paging}</body></html>'


def test_a_row_is_read_in_full() -> None:
    """Every part of a row comes out, on one line."""
    page = read_results(_page(ROW), URL)
    assert page.next_link is None
    assert page.companies == (
        FoundCompany(
            company_number="5870122",
            company_name="KERERU & CO LIMITED",
            nzbn="9429031003346",
            registered_address="214 Cuba Street, Wellington, 6011",
            status="Registered",
            incorporation_date=date(2016, 3, 14),
            previous_names=("TUI LIMITED",),
            trading_names=("Kererū",),
        ),
    )


def test_a_name_that_was_entered_with_entities_is_read_as_it_is_called() -> None:
    """Escaped once more by the page; the right company would not be recognised."""
    [company] = read_results(_page(ROW.replace("KERERU &amp; CO", "KERERU &amp;amp; CO")), URL).companies
    assert company.company_name == "KERERU & CO LIMITED"


def test_the_class_removed_is_a_status() -> None:
    """A row of class removed is a removed company, whatever else it says."""
    [company] = read_results(_page(ROW.replace('class="odd"', 'class="even removed"')), URL).companies
    assert company.status == "Removed"


def test_a_company_may_lack_what_not_all_have() -> None:
    """NZBN, date and further names are not everybody's."""
    bare = """<tr><td><div><a class="link" href="x('77')"><span class="entityName">X</span></a>
        <span class="entityInfo">(77) Registered</span></div><div>1 Main Street</div></td></tr>"""
    [company] = read_results(_page(bare), URL).companies
    assert (company.nzbn, company.incorporation_date, company.status) == (None, None, "Registered")


def test_the_next_page_is_linked() -> None:
    """The link to the next page is given as it stands there."""
    paging = '<div><a class="pagingNext" href="/search?q=x&amp;start=15">Next</a></div>'
    assert read_results(_page(ROW, paging), URL).next_link == "/search?q=x&start=15"


def test_no_results_is_a_result() -> None:
    """Only the page's own words mean that there are none."""
    page = read_results('<html><body><div id="results"><p>No results found.</p></div></body></html>', URL)
    assert (page.companies, page.next_link) == ((), None)


@pytest.mark.parametrize(
    "html,what",
    [
        ("", "neither a list of results nor a message"),
        ("<html><body><ul class='cards'><li>X LIMITED</li></ul></body></html>", "neither a list"),
        (_page(""), "no rows"),
        (_page(ROW.replace("entityName", "companyName")), "span.entityName is missing"),
        (_page(ROW.replace("entityInfo", "info")), ".entityInfo is missing"),
        (_page(ROW.replace("showDetails('5870122')", "show(it)")), "names no company number"),
        (_page(ROW.replace(" - Registered", "")), "says no status"),
        (_page(ROW.replace("14 Mar 2016", "yesterday")), "is not a date"),
        (
            _page(
                ROW.replace("<div>214 Cuba Street, Wellington, 6011</div>", "").split("<div class")[0] + "</td></tr>"
            ),
            "no address",
        ),
        (_page(ROW, '<a class="pagingNext">Next</a>'), "leads nowhere"),
    ],
)
def test_what_is_not_understood_is_an_error_with_the_page(html: str, what: str) -> None:
    """A changed page is never an empty result; the page is kept."""
    with pytest.raises(RegisterPageNotUnderstood, match=what) as caught:
        read_results(html, URL)
    assert caught.value.details == {"url": URL, "html": html}
