"""The companies register: does its website, or its API, answer, and is it what we can read."""

from http import HTTPStatus

import httpx
from pydantic import SecretStr

from registration.checkup.clock import judge_date
from registration.checkup.finding import Finding, error, fine, warning
from registration.checkup.reach import Place, ask, is_sendable
from registration.clients.companies_pages import read_results
from registration.clients.companies_website import PAGES_PATH
from registration.clients.nzbn_errors import KEY_HEADER, WHERE_THE_KEY_IS, read_answer
from registration.clients.nzbn_search import SearchPage
from registration.errors import (
    MisconfiguredInstallation,
    NotFound,
    RegisterPageNotUnderstood,
    RegisterUnavailable,
)

_NAME = "companies register"
_WEBSITE = "REGISTRATION_REGISTER_URL (`base_url` of the block companies-register)"
_API = "REGISTRATION_NZBN_URL (`base_url` of the block companies-register)"
_SEARCHED = "kai"


async def check_website(url: str, *, scripts: bool) -> list[Finding]:
    """Search it once, as a visitor without a browser; `scripts`: it is read by one, which may see more."""
    place = Place(_NAME, url, _WEBSITE)
    answer = await ask(place, f"{PAGES_PATH}/search", params={"q": _SEARCHED}, follow=True)
    if isinstance(answer, Finding):
        return [answer]
    return [_page(place, answer, scripts), *judge_date("the companies register", answer.headers)]


async def check_nzbn(url: str, key: SecretStr) -> list[Finding]:
    """Search it once, with the subscription key."""
    if not is_sendable(key):
        says = "the NZBN API's subscription key is missing or cannot be sent"
        return [error(_NAME, says, f"put one into {WHERE_THE_KEY_IS}")]
    asked = {"search-term": _SEARCHED, "page": "0", "page-size": "1"}
    place = Place(_NAME, url, _API)
    headers = {KEY_HEADER: key.get_secret_value(), "Accept": "application/json"}
    answer = await ask(place, "/entities", params=asked, headers=headers)
    if isinstance(answer, Finding):
        return [answer]
    return [_api(place, answer), *judge_date("the NZBN API", answer.headers)]


def _page(place: Place, answer: httpx.Response, scripts: bool) -> Finding:
    status = answer.status_code
    if status == HTTPStatus.FORBIDDEN:
        step = "see whether a browser on it may open the page"
        return error(_NAME, f"{place.shown} refuses this machine (403)", step)
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _away(place, status)
    if status == HTTPStatus.OK and _is_read(answer):
        return fine(_NAME, f"its website answers at {place.shown}")
    if status == HTTPStatus.OK and scripts:
        says = f"{place.shown} answers with a page that only a browser may be able to read"
        return warning(_NAME, says, f"open it in a browser: if it is not the register's search, check {_WEBSITE}")
    says = f"something answers at {place.shown} ({status}), but it is not the register's search"
    return error(_NAME, says, f"check {_WEBSITE}: the website's address, without a path")


def _is_read(answer: httpx.Response) -> bool:
    try:
        read_results(answer.text, str(answer.url))
    except RegisterPageNotUnderstood:
        return False
    return True


def _api(place: Place, answer: httpx.Response) -> Finding:
    try:
        read_answer(answer, SearchPage)
    except MisconfiguredInstallation as refused:
        return error(_NAME, refused.message, f"put a valid key into {WHERE_THE_KEY_IS}")
    except RegisterUnavailable:
        return _away(place, answer.status_code)
    except (NotFound, RegisterPageNotUnderstood):
        says = f"something answers at {place.shown} ({answer.status_code}), but it is not the NZBN API"
        return error(_NAME, says, f"check {_API}: with its path, as …/gateway/nzbn/v5")
    return fine(_NAME, f"the NZBN API answers at {place.shown} and takes the subscription key")


def _away(place: Place, status: int) -> Finding:
    step = "searches are tried again by themselves; try later"
    return warning(_NAME, f"{place.shown} has no time for us now ({status})", step)
