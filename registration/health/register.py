"""The companies register: does its website, or its API, answer, and is it what we can read."""

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import quote

import httpx
from pydantic import SecretStr

from registration.companies.nzbn.entity import FullEntity
from registration.companies.nzbn.errors import KEY_HEADER, WHERE_THE_KEY_IS, read_answer
from registration.companies.nzbn.mapping import company_details
from registration.companies.nzbn.search import SearchPage, found_companies
from registration.companies.website.client import PAGES_PATH
from registration.companies.website.company_page import read_company
from registration.companies.website.search_results import ResultsPage, read_results
from registration.errors import MisconfiguredInstallation, NotFound, RegisterPageNotUnderstood, RegisterUnavailable
from registration.health.finding import Finding, error, fine, warning
from registration.health.reach import Endpoint, ask, is_sendable, judge_date
from registration.health.register_entry import entry_finding

_NAME = "companies register"
_WEBSITE = "REGISTRATION_REGISTER_URL (`base_url` of the block companies-register)"
_API = "REGISTRATION_NZBN_URL (`base_url` of the block companies-register)"
_SEARCHED = "kitchen"
_ONLY_REGISTERED = {"entityStatusGroups": "REGISTERED", "advancedPanel": "true", "mode": "advanced"}


async def check_website(url: str, *, scripts: bool) -> list[Finding]:
    """Search it once and read a company, without a browser; `scripts`: it is read by one, which may see more."""
    place = Endpoint(_NAME, url, _WEBSITE)
    answer = await ask(place, f"{PAGES_PATH}/search", params={"q": _SEARCHED} | _ONLY_REGISTERED, follow=True)
    if isinstance(answer, Finding):
        return [answer]
    results = _results(answer) if answer.status_code == HTTPStatus.OK else None
    findings = [_page(place, answer, scripts, is_read=results is not None)]
    if results is not None:
        findings.append(await _company_page(place, results, scripts))
    return [*findings, *judge_date("the companies register", answer.headers)]


async def check_nzbn(url: str, key: SecretStr) -> list[Finding]:
    """Search it once, with the subscription key, and read the first entity."""
    if not is_sendable(key):
        says = "the NZBN API's subscription key is missing or cannot be sent"
        return [error(_NAME, says, f"put one into {WHERE_THE_KEY_IS}")]
    asked = {"search-term": _SEARCHED, "entity-status": "Registered", "page": "0", "page-size": "1"}
    place = Endpoint(_NAME, url, _API)
    headers = {KEY_HEADER: key.get_secret_value(), "Accept": "application/json"}
    answer = await ask(place, "/entities", params=asked, headers=headers)
    if isinstance(answer, Finding):
        return [answer]
    page = _api(place, answer)
    if isinstance(page, Finding):
        return [page, *judge_date("the NZBN API", answer.headers)]
    found = fine(_NAME, f"the NZBN API answers at {place.shown} and takes the subscription key")
    return [found, await _entity(place, page, headers), *judge_date("the NZBN API", answer.headers)]


def _page(place: Endpoint, answer: httpx.Response, scripts: bool, *, is_read: bool) -> Finding:
    status = answer.status_code
    if status == HTTPStatus.FORBIDDEN:
        step = "see whether a browser on it may open the page"
        return error(_NAME, f"{place.shown} refuses this machine (403)", step)
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _away(place, status)
    if is_read:
        return fine(_NAME, f"its website answers at {place.shown}")
    if status == HTTPStatus.OK and scripts:
        says = f"{place.shown} answers with a page that only a browser may be able to read"
        return warning(_NAME, says, f"open it in a browser: if it is not the register's search, check {_WEBSITE}")
    says = f"something answers at {place.shown} ({status}), but it is not the register's search"
    return error(_NAME, says, f"check {_WEBSITE}: the website's address, without a path")


def _results(answer: httpx.Response) -> ResultsPage | None:
    try:
        return read_results(answer.text, str(answer.url))
    except RegisterPageNotUnderstood:
        return None


async def _company_page(place: Endpoint, results: ResultsPage, scripts: bool) -> Finding:
    number = next((company.company_number for company in results.companies), None)
    if number is None:
        return entry_finding(None, f"the search for {_SEARCHED!r} found no company whose page could be read")
    path = f"{PAGES_PATH}/{quote(number, safe='')}/detail"
    answer = await ask(place, path, follow=True)
    if isinstance(answer, Finding):
        return entry_finding(None, answer.says, place.shown + path)
    if answer.status_code != HTTPStatus.OK:
        return entry_finding(None, f"a company's page answers with status {answer.status_code}", place.shown + path)
    try:
        details = read_company(answer.text, str(answer.url), number)
    except RegisterPageNotUnderstood as changed:
        return entry_finding(None, changed.message, place.shown + path, is_certain=not scripts)
    return entry_finding(details, "a company's page is read", place.shown + path)


async def _entity(place: Endpoint, page: SearchPage, headers: Mapping[str, str]) -> Finding:
    found = found_companies(page.items or ())
    if not found:
        return entry_finding(None, f"the search for {_SEARCHED!r} found no company that could be read")
    nzbn, company = next(iter(found.items()))
    answer = await ask(place, f"/entities/{quote(nzbn, safe='')}", headers=headers)
    if isinstance(answer, Finding):
        return entry_finding(None, answer.says)
    try:
        details = company_details(company, read_answer(answer, FullEntity))
    except (MisconfiguredInstallation, RegisterUnavailable, NotFound, RegisterPageNotUnderstood) as refused:
        return entry_finding(None, refused.message, is_certain=isinstance(refused, RegisterPageNotUnderstood))
    return entry_finding(details, "an entity is read")


def _api(place: Endpoint, answer: httpx.Response) -> SearchPage | Finding:
    try:
        return read_answer(answer, SearchPage)
    except MisconfiguredInstallation as refused:
        return error(_NAME, refused.message, f"put a valid key into {WHERE_THE_KEY_IS}")
    except RegisterUnavailable:
        return _away(place, answer.status_code)
    except (NotFound, RegisterPageNotUnderstood):
        says = f"something answers at {place.shown} ({answer.status_code}), but it is not the NZBN API"
        return error(_NAME, says, f"check {_API}: with its path, as …/gateway/nzbn/v5")


def _away(place: Endpoint, status: int) -> Finding:
    step = "searches are tried again by themselves; try later"
    return warning(_NAME, f"{place.shown} has no time for us now ({status})", step)
