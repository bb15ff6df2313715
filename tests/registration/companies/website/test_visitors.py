"""What visitors of a website do and do not, with pages that the sandbox cannot show."""

import asyncio
import time
from collections.abc import AsyncGenerator, Generator
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import pytest
import pytest_asyncio
from fastapi.responses import Response, StreamingResponse

from dev.stack.databases import DatabaseUrls
from registration.companies.models import RegisterQuery, SourceState
from registration.companies.rate_limit import RequestPace
from registration.companies.website.browser_visits import BrowserVisitors
from registration.companies.website.client import CompaniesOfficeWebsite
from registration.companies.website.http import HttpVisitors
from registration.companies.website.pages import Visitors
from registration.database.session import Database
from registration.errors import RegisterUnavailable, RegistrationError, SearchFailed
from registration.settings import settings
from tests.registration.serving import Site, results, served
from tests.waiting import until

HEAVY = """<link rel="stylesheet" href="/style.css"><img src="/logo.png"><video src="/film.mp4"></video>
<style>@font-face { font-family: f; src: url(/font.woff2) } body { font-family: f }</style>
<script src="/s.js"></script>"""


@pytest.fixture
def site() -> Site:
    """A website of the test's own."""
    return Site()


@pytest_asyncio.fixture
async def url(site: Site) -> AsyncGenerator[str]:
    """Where it is."""
    async with served(site.app()) as url:
        yield url


@pytest.fixture(params=["http", pytest.param("browser", marks=pytest.mark.browser)])
def visitors(request: pytest.FixtureRequest) -> Visitors:
    """Each of the website's readers; a page has two seconds."""
    if request.param == "http":
        return HttpVisitors(limit=2)
    request.getfixturevalue("open_browser")
    return BrowserVisitors(limit=2)


@pytest_asyncio.fixture
async def register(url: str, visitors: Visitors) -> AsyncGenerator[CompaniesOfficeWebsite]:
    """The client on it."""
    async with CompaniesOfficeWebsite(url, visitors) as client:
        yield client


@pytest_asyncio.fixture
async def database(database_urls: DatabaseUrls) -> AsyncGenerator[Database]:
    """Where turns are kept."""
    database = Database(database_urls.app)
    yield database
    await database.close()


@pytest.fixture
def patience() -> Generator[None]:
    """Ten times as long for a page to change by itself: a browser on a busy machine is late with a refresh."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("REGISTRATION_TIME_SCALE", "10")
        settings.cache_clear()
        yield
    settings.cache_clear()


@pytest_asyncio.fixture
async def browsing(url: str, open_browser: None) -> AsyncGenerator[CompaniesOfficeWebsite]:
    """The client with the browser."""
    async with CompaniesOfficeWebsite(url) as client:
        yield client


async def test_searches_use_the_registers_own_addresses(register: CompaniesOfficeWebsite, site: Site) -> None:
    """Name and address searches have the form of the register's advanced search."""
    await register.search(RegisterQuery(name="A & B", street="1 Main St", city="Ōtaki"))
    fixed = {"entityStatusGroups": "REGISTERED", "advancedPanel": "true", "mode": "advanced"}
    asked = [urlsplit(one) for one in site.asked]
    assert {one.path for one in asked} == {"/companies/app/ui/pages/companies/search"}
    assert sorted((dict(parse_qsl(one.query, keep_blank_values=True)) for one in asked), key=len) == [
        {"q": "A & B", **fixed},
        {"q": "", "addressKeyword": "1 Main St Ōtaki", **fixed},
    ]


async def test_the_next_page_must_be_of_the_same_site(register: CompaniesOfficeWebsite, site: Site) -> None:
    """A link to somewhere else is not followed."""
    site.show("X", results(7, after='<a class="pagingNext" href="https://elsewhere.example/">Next</a>'))
    with pytest.raises(SearchFailed, match="leads to another site"):
        await register.search(RegisterQuery(name="X"))


async def test_a_page_of_another_site_is_not_read(register: CompaniesOfficeWebsite, site: Site, url: str) -> None:
    """The site that was configured is asked, whoever it sends us to."""
    site.show("X", "", 302, location=url.replace("127.0.0.1", "localhost"))
    with pytest.raises(SearchFailed, match="the page came from another site"):
        await register.search(RegisterQuery(name="X"))


async def test_no_answer_in_time_is_worth_another_try(register: CompaniesOfficeWebsite, site: Site) -> None:
    """A page that hangs has its limit, and the error names the page."""
    with pytest.raises(RegisterUnavailable, match="gave no answer") as caught:
        await register.search(RegisterQuery(name="hold"))
    assert "q=hold" in caught.value.details["url"]
    site.hold.set()


async def test_a_cut_connection_is_worth_another_try(register: CompaniesOfficeWebsite, site: Site) -> None:
    """A page that promises more than it sends."""
    site.show("X", "<body>", content_length="1000000")
    with pytest.raises(RegistrationError) as caught:
        await register.search(RegisterQuery(name="X"))
    assert isinstance(caught.value, RegisterUnavailable)


async def test_three_pages_at_a_time(register: CompaniesOfficeWebsite, site: Site) -> None:
    """Of ten searches three are out, and the others follow."""
    searches = [asyncio.create_task(register.search(RegisterQuery(name=f"hold {number}"))) for number in range(10)]
    await until(lambda: site.at_a_time == 3, "three requests")
    site.hold.set()
    await asyncio.gather(*searches)
    assert (site.most_at_a_time, len(site.asked)) == (3, 10)


async def test_a_cancelled_search_gives_back_its_place(register: CompaniesOfficeWebsite, site: Site) -> None:
    """Those who gave up hold nobody up."""
    searches = [asyncio.create_task(register.search(RegisterQuery(name="hold"))) for _ in range(3)]
    await until(lambda: site.at_a_time == 3, "three requests")
    for search in searches:
        search.cancel()
    await asyncio.gather(*searches, return_exceptions=True)
    assert (await register.search(RegisterQuery(name="X"))).by_name.state is SourceState.NOTHING
    site.hold.set()


@pytest.mark.browser
async def test_only_what_is_read_is_loaded(browsing: CompaniesOfficeWebsite, site: Site) -> None:
    """Neither pictures nor fonts, films or styles; scripts may fill the page."""
    site.show("X", results(7, after=HEAVY))
    await browsing.search(RegisterQuery(name="X"))
    assert [one.partition("?")[0] for one in site.asked] == ["/companies/app/ui/pages/companies/search", "/s.js"]


@pytest.mark.browser
async def test_paging_may_be_a_script(browsing: CompaniesOfficeWebsite, site: Site) -> None:
    """The browser follows a link that is none."""
    script = "javascript:void(location.href='/companies/app/ui/pages/companies/search?q=Y')"
    site.show("X", results(7, after=f'<a class="pagingNext" href="{script}">Next</a>'))
    site.show("Y", results(8))
    found = (await browsing.search(RegisterQuery(name="X"))).found_by_name
    assert [company.company_number for company in found] == ["7", "8"]


async def test_without_a_browser_a_script_is_not_followed(url: str, site: Site) -> None:
    """It is said so, rather than half of the results given."""
    site.show("X", results(7, after='<a class="pagingNext" href="javascript:next()">Next</a>'))
    async with CompaniesOfficeWebsite(url, HttpVisitors()) as register:
        with pytest.raises(SearchFailed, match="only a browser can follow"):
            await register.search(RegisterQuery(name="X"))


@pytest.mark.browser
async def test_what_was_not_understood_is_kept_with_a_screenshot(browsing: CompaniesOfficeWebsite, site: Site) -> None:
    """The error has a copy of what the browser had."""
    site.show("X", "<body><h1>We have a new website</h1></body>")
    with pytest.raises(SearchFailed) as caught:
        await browsing.search(RegisterQuery(name="X"))
    [page] = caught.value.pages
    assert "We have a new website" in page.html
    assert page.screenshot is not None
    assert page.screenshot.startswith(b"\x89PNG")


CHECK = "<body>Checking your browser…<script>setTimeout(() => {wait}, {milliseconds})</script></body>"


@pytest.mark.browser
async def test_a_page_that_reloads_itself_is_waited_for(browsing: CompaniesOfficeWebsite, site: Site) -> None:
    """After a second it is another page, whatever the first one was."""
    for status, script in ((200, "location.reload()"), (503, "location.reload()"), (403, "location.href = '?q=Y'")):
        site.show("X", CHECK.replace("{wait}", script).replace("{milliseconds}", "1000"), status)
        site.show("Y", results(8))
        site.after("X", results(8))
        found = (await browsing.search(RegisterQuery(name="X"))).found_by_name
        assert [company.company_number for company in found] == ["8"]


@pytest.mark.browser
@pytest.mark.usefixtures("patience")
async def test_a_page_that_leads_elsewhere_is_followed(browsing: CompaniesOfficeWebsite, site: Site) -> None:
    """By its header, or by its head."""
    site.show("X", "<body>…</body>", refresh="1;url=?q=Y")
    site.show("Z", '<meta http-equiv="refresh" content="1;url=?q=Y">…')
    site.show("Y", results(8))
    for name in "XZ":
        found = (await browsing.search(RegisterQuery(name=name))).found_by_name
        assert [company.company_number for company in found] == ["8"]


async def slowly(html: str) -> AsyncGenerator[str]:
    """A page of which nothing but the headers comes for a second."""
    await asyncio.sleep(1)
    yield html


@pytest.mark.browser
@pytest.mark.usefixtures("patience")
async def test_a_page_that_follows_slowly_is_waited_for(browsing: CompaniesOfficeWebsite, site: Site) -> None:
    """Between its headers and its text the browser shows the page before it, or nothing."""
    site.show("X", "<body>…</body>", refresh="0;url=?q=Y")
    site.pages["Y"] = StreamingResponse(slowly(results(8)), media_type="text/html")
    found = (await browsing.search(RegisterQuery(name="X"))).found_by_name
    assert [company.company_number for company in found] == ["8"]


@pytest.mark.browser
async def test_a_check_of_some_seconds_is_waited_for(browsing: CompaniesOfficeWebsite, site: Site) -> None:
    """What it shows in the end counts, without another request."""
    script = f"document.body.innerHTML = `{results(8)}`"
    site.show("X", CHECK.replace("{wait}", script).replace("{milliseconds}", "2500"))
    found = (await browsing.search(RegisterQuery(name="X"))).found_by_name
    assert ([company.company_number for company in found], len(site.asked)) == (["8"], 1)


@pytest.mark.browser
async def test_an_answer_without_a_page_is_told_as_such(browsing: CompaniesOfficeWebsite, site: Site) -> None:
    """The browser lives, and the error does not say otherwise; it was tried twice."""
    site.pages["X"] = Response(status_code=204)
    with pytest.raises(RegisterUnavailable, match="load of a page of the register was aborted"):
        await browsing.search(RegisterQuery(name="X"))
    assert len(site.asked) == 2


async def test_a_register_that_is_too_busy_is_left_alone(site: Site, url: str, database: Database) -> None:
    """By all processes, for as long as it says; every page has its turn."""
    key = f"register:{uuid4()}"
    pace = RequestPace(database, uuid4(), key, 6000)
    site.show("X", "<body>Too many requests</body>", 429, retry_after="1")
    async with CompaniesOfficeWebsite(url, HttpVisitors(), pace=pace) as register:
        began = time.monotonic()
        with pytest.raises(RegisterUnavailable):
            await register.search(RegisterQuery(name="X"))
        await register.search(RegisterQuery(name="Y"))
    assert time.monotonic() - began > 0.8
