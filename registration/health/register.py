"""Checks of the companies register: its website, or its API, answers, and its answers can be read."""

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import quote

import httpx
from pydantic import SecretStr

from registration.companies.nzbn.entity import FullEntity
from registration.companies.nzbn.errors import KEY_HEADER, KEY_LOCATION, read_answer
from registration.companies.nzbn.mapping import company_details
from registration.companies.nzbn.search import SearchPage, companies_by_nzbn
from registration.companies.website.client import PAGES_PATH
from registration.companies.website.company_page import read_company
from registration.companies.website.search_results import ResultsPage, read_results
from registration.errors import MisconfiguredInstallation, NotFound, RegisterPageNotUnderstood, RegisterUnavailable
from registration.health.finding import Finding, error, fine, warning
from registration.health.reach import Endpoint, is_sendable, judge_date, probe
from registration.health.register_entry import entry_finding

_NAME = "companies register"
_WEBSITE = "REGISTRATION_REGISTER_URL (`base_url` of the block companies-register)"
_API = "REGISTRATION_NZBN_URL (`base_url` of the block companies-register)"
_SEARCH_TERM = "kitchen"
_ONLY_REGISTERED = {"entityStatusGroups": "REGISTERED", "advancedPanel": "true", "mode": "advanced"}


async def check_website(url: str, *, scripts: bool) -> list[Finding]:
    """Search the website once and read a company, without a browser. `scripts`: the product uses a browser, which may
    see more.
    """
    endpoint = Endpoint(_NAME, url, _WEBSITE)
    answer = await probe(endpoint, f"{PAGES_PATH}/search", params={"q": _SEARCH_TERM} | _ONLY_REGISTERED, follow=True)
    if isinstance(answer, Finding):
        return [answer]
    results = _results(answer) if answer.status_code == HTTPStatus.OK else None
    findings = [_page(endpoint, answer, scripts, is_read=results is not None)]
    if results is not None:
        findings.append(await _company_page(endpoint, results, scripts))
    return [*findings, *judge_date("the companies register", answer.headers)]


async def check_nzbn(url: str, key: SecretStr) -> list[Finding]:
    """Search the API once, with the subscription key, and read the first entity."""
    if not is_sendable(key):
        says = "the NZBN API's subscription key is missing or cannot be sent"
        return [error(_NAME, says, f"put one into {KEY_LOCATION}")]
    params = {"search-term": _SEARCH_TERM, "entity-status": "Registered", "page": "0", "page-size": "1"}
    endpoint = Endpoint(_NAME, url, _API)
    headers = {KEY_HEADER: key.get_secret_value(), "Accept": "application/json"}
    answer = await probe(endpoint, "/entities", params=params, headers=headers)
    if isinstance(answer, Finding):
        return [answer]
    page = _api(endpoint, answer)
    if isinstance(page, Finding):
        return [page, *judge_date("the NZBN API", answer.headers)]
    finding = fine(_NAME, f"the NZBN API answers at {endpoint.shown} and takes the subscription key")
    return [finding, await _entity(endpoint, page, headers), *judge_date("the NZBN API", answer.headers)]


def _page(endpoint: Endpoint, answer: httpx.Response, scripts: bool, *, is_read: bool) -> Finding:
    status = answer.status_code
    if status == HTTPStatus.FORBIDDEN:
        step = "see whether a browser on it may open the page"
        return error(_NAME, f"{endpoint.shown} refuses this machine (403)", step)
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _busy(endpoint, status)
    if is_read:
        return fine(_NAME, f"its website answers at {endpoint.shown}")
    if status == HTTPStatus.OK and scripts:
        says = f"{endpoint.shown} answers with a page that only a browser may be able to read"
        return warning(_NAME, says, f"open it in a browser: if it is not the register's search, check {_WEBSITE}")
    says = f"something answers at {endpoint.shown} ({status}), but it is not the register's search"
    return error(_NAME, says, f"check {_WEBSITE}: the website's address, without a path")


def _results(answer: httpx.Response) -> ResultsPage | None:
    try:
        return read_results(answer.text, str(answer.url))
    except RegisterPageNotUnderstood:
        return None


async def _company_page(endpoint: Endpoint, results: ResultsPage, scripts: bool) -> Finding:
    number = next((company.company_number for company in results.companies), None)
    if number is None:
        return entry_finding(None, f"the search for {_SEARCH_TERM!r} found no company whose page can be read")
    path = f"{PAGES_PATH}/{quote(number, safe='')}/detail"
    answer = await probe(endpoint, path, follow=True)
    if isinstance(answer, Finding):
        return entry_finding(None, answer.says, endpoint.shown + path)
    if answer.status_code != HTTPStatus.OK:
        return entry_finding(None, f"a company's page answers with status {answer.status_code}", endpoint.shown + path)
    try:
        details = read_company(answer.text, str(answer.url), number)
    except RegisterPageNotUnderstood as changed:
        return entry_finding(None, changed.message, endpoint.shown + path, is_certain=not scripts)
    return entry_finding(details, "a company's page is read", endpoint.shown + path)


async def _entity(endpoint: Endpoint, page: SearchPage, headers: Mapping[str, str]) -> Finding:
    companies = companies_by_nzbn(page.items or ())
    if not companies:
        return entry_finding(None, f"the search for {_SEARCH_TERM!r} found no company that could be read")
    nzbn, company = next(iter(companies.items()))
    answer = await probe(endpoint, f"/entities/{quote(nzbn, safe='')}", headers=headers)
    if isinstance(answer, Finding):
        return entry_finding(None, answer.says)
    try:
        details = company_details(company, read_answer(answer, FullEntity))
    except (MisconfiguredInstallation, RegisterUnavailable, NotFound, RegisterPageNotUnderstood) as refused:
        return entry_finding(None, refused.message, is_certain=isinstance(refused, RegisterPageNotUnderstood))
    return entry_finding(details, "an entity is read")


def _api(endpoint: Endpoint, answer: httpx.Response) -> SearchPage | Finding:
    try:
        return read_answer(answer, SearchPage)
    except MisconfiguredInstallation as refused:
        return error(_NAME, refused.message, f"put a valid key into {KEY_LOCATION}")
    except RegisterUnavailable:
        return _busy(endpoint, answer.status_code)
    except (NotFound, RegisterPageNotUnderstood):
        says = f"something answers at {endpoint.shown} ({answer.status_code}), but it is not the NZBN API"
        return error(_NAME, says, f"check {_API}: with its path, as …/gateway/nzbn/v5")


def _busy(endpoint: Endpoint, status: int) -> Finding:
    step = "searches are retried automatically; try again later"
    return warning(_NAME, f"{endpoint.shown} is unavailable for now ({status})", step)
