"""Search pages: made lists are read value by value, and what is not understood is an error."""

from dataclasses import replace
from datetime import date

import pytest

from registration.companies.models import FoundCompany
from registration.companies.website.search_results import MOST_ROWS, read_results
from registration.errors import RegisterPageNotUnderstood
from tests.registration.companies.website.made import markup
from tests.registration.companies.website.made.lists import HEADER, HEADER_ROW, NONE_FOUND, MadeRow, results_page, row

URL = "http://register.example/search?q=x"
MADE = MadeRow()
KIWI = FoundCompany(
    company_number="1234567",
    company_name="KIWI CAFE LIMITED",
    nzbn="9429000000008",
    registered_address="Level 2, 9 Weka Street, Wellington, 6011, New Zealand",
    status="Registered",
    incorporation_date=date(2014, 6, 17),
)
PAGE = results_page(row(MADE))


def read(html: str) -> tuple[FoundCompany, ...]:
    """The companies of a page."""
    return read_results(html, URL).companies


@pytest.mark.parametrize("how", markup.ALL, ids=[how.name for how in markup.ALL])
def test_a_row_is_read_value_by_value_however_it_is_written(how: markup.Markup) -> None:
    """Blanks, capitals, quotes and further parts say nothing."""
    page = read_results(results_page(row(MADE, how), m=how), URL)
    assert (page.companies, page.next_link) == ((KIWI,), None)


@pytest.mark.parametrize(
    "changes,expected",
    [
        ({"name": "TUI & CO LIMITED"}, {"company_name": "TUI & CO LIMITED"}),
        ({"name": "TUI &amp; CO LIMITED"}, {"company_name": "TUI & CO LIMITED"}),
        ({"nzbn": None}, {"nzbn": None}),
        ({"address": None}, {"registered_address": ""}),
        ({"address": ""}, {"registered_address": ""}),
        ({"incorporated": None}, {"incorporation_date": None}),
        ({"incorporated": ""}, {"incorporation_date": None}),
        ({"status": "- In Liquidation"}, {"status": "In Liquidation"}),
        ({"removed": True}, {"status": "Removed"}),
        ({"removed": True, "status": ""}, {"status": "Removed"}),
        ({"picture": True}, {}),
        ({"href": 'javascript:show("{}")'}, {}),
        ({"href": "javascript:goTo('/companies/app/ui/pages/companies/{}')"}, {}),
        ({"href": "javascript:goTo('/companies/app/ui/pages/companies/{}/detail')"}, {}),
        ({"href": "/companies/app/ui/pages/companies/{}"}, {}),
        ({"href": "/companies/app/ui/pages/companies/{}/detail?backurl=x"}, {}),
    ],
)
def test_rows_differ(changes: dict[str, object], expected: dict[str, object]) -> None:
    """What not every company has is absent, and a number is found in whatever its link calls."""
    assert read(results_page(row(replace(MADE, **changes)))) == (KIWI.model_copy(update=expected),)


@pytest.mark.parametrize("header", [HEADER, HEADER_ROW])
def test_a_header_row_is_no_company(header: str) -> None:
    """Whether or not it has a link."""
    assert read(results_page(row(MADE), header=header)) == (KIWI,)


def test_200_rows_are_read_in_their_order() -> None:
    """As many as the register shows on one page."""
    numbers = [str(1_000_000 + n) for n in range(200)]
    page = results_page(*(row(replace(MADE, number=number), markup.MINIFIED) for number in numbers), header=HEADER)
    assert [company.company_number for company in read(page)] == numbers


@pytest.mark.parametrize(
    "paging,link",
    [
        ('<div><a class="pagingNext" href="/search?q=x&amp;start=15">Next</a></div>', "/search?q=x&start=15"),
        ('<span class="pagingNext"><a href="/search?start=15">Next »</a></span>', "/search?start=15"),
        ('<li class="pagingNext"><b><a href="javascript:next()">Next</a></b></li>', "javascript:next()"),
        ('<span class="pagingNext">Next</span><span class="pagingNext"><a href="/2">Next</a></span>', "/2"),
        ('<span class="pagingNext">Next</span>', None),
        ('<a class="pagingNext disabled">Next</a>', None),
        ('<span class="pagingNext disabled"><a>Next</a></span>', None),
        ('<a class="pagingPrev" href="/search?start=0">Previous</a>', None),
    ],
)
def test_the_next_page_is_linked(paging: str, link: str | None) -> None:
    """By a link or by what holds one; on the last page it has no address."""
    assert read_results(results_page(row(MADE), paging=paging), URL).next_link == link


@pytest.mark.parametrize(
    "html",
    [
        f"<html><body><div id='results'>{NONE_FOUND}</div></body></html>",
        results_page(paging=NONE_FOUND),
        results_page(header=HEADER, paging="<p>Your search did\n not match any companies</p>"),
        results_page(paging="<p>There are no results for this search</p>"),
    ],
)
def test_no_results_is_a_result(html: str) -> None:
    """Only the page's own words mean that there are none."""
    page = read_results(html, URL)
    assert (page.companies, page.next_link) == ((), None)


@pytest.mark.parametrize(
    "html,what",
    [
        ("", "there is no list of results, and no message"),
        ("<html><body><ul class='cards'><li>X LIMITED</li></ul></body></html>", "there is no list of results"),
        ("<html><body><script>say('No results found')</script></body></html>", "there is no list of results"),
        (results_page(), "the list of results has no companies"),
        (results_page(header=HEADER), "the list of results has no companies"),
        (PAGE.replace('class="link"', ""), "the list of results has no companies"),
        (PAGE.replace("entityName", "companyName"), "span.entityName is missing"),
        (PAGE.replace("entityInfo", "info"), ".entityInfo is missing"),
        (PAGE.replace("showCompany", "show").replace("&#39;1234567&#39;", "it"), "has no company number"),
        (PAGE.replace(" Registered<", "<"), "has no status"),
        (PAGE.replace("17 Jun 2014", "yesterday"), "is not a date"),
        (PAGE.replace("KIWI", "KIWI " * 1000), "a value has 5"),
        (results_page(*[row(MADE, markup.MINIFIED)] * (MOST_ROWS + 1)), "has 1001 rows"),
        (results_page(row(MADE), paging='<a class="pagingNext">Next</a>'), "has no address"),
    ],
)
def test_what_is_not_understood_is_an_error_with_the_page(html: str, what: str) -> None:
    """A changed page is never an empty result; the error has a copy of it, if it has any HTML."""
    with pytest.raises(RegisterPageNotUnderstood, match=what) as caught:
        read_results(html, URL)
    assert [(page.url, page.html) for page in caught.value.pages] == ([(URL, html)] if html else [])
