"""Texts that Postgres or UTF-8 cannot hold end no request with an error that nobody expected."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from interfaces.console.app import PAGES
from tests.interfaces.console.visiting import OWN, Visit
from tests.registration.leads.make import add_leads, add_scrape_job
from tests.registration.tenant import Tenant

_ESCAPES = "multipart/form-data; boundary=odd; charset=unicode_escape"


def _filters() -> Iterator[tuple[str, str]]:
    """The parameters of every page whose address names no thing."""
    for route in (route for router in PAGES for route in router.routes):
        path: str = getattr(route, "path", "")
        if "GET" in (getattr(route, "methods", None) or ()) and not path.endswith("/stream") and "{" not in path:
            yield from ((path, one) for one in _names(getattr(route, "dependant", None)))


def _names(dependant: Any) -> Iterator[str]:
    for one in dependant.query_params:
        yield one.alias
    for below in dependant.dependencies:
        yield from _names(below)


async def _post_surrogate(visit: Visit, path: str, sent: dict[str, str], name: str) -> httpx.Response:
    """A form in which one text has a lone surrogate, by the encoding that the sender chooses."""
    texts = sent | {name: "\\ud800x"}
    parts = [f'--odd\r\nContent-Disposition: form-data; name="{one}"\r\n\r\n{text}\r\n' for one, text in texts.items()]
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "X-CSRF-Token": visit.csrf, "Content-Type": _ESCAPES}
    return await visit.client.post(path, content="".join([*parts, "--odd--\r\n"]), headers=OWN | headers)


async def test_filters_pass_over_what_no_stored_text_has(visit: Visit) -> None:
    """Each filter of each page, and days at the ends of the calendar."""
    filters = list(_filters())
    assert ("/batches", "by") in filters
    assert ("/leads", "platform") in filters
    for path, name in filters:
        assert (await visit.client.get(path, params={name: "a\0b"})).status_code < 500, (path, name)
    for day in ("0001-01-01", "9999-12-31"):
        assert (await visit.get(f"/batches?day={day}")).status_code == 200, day


@pytest.mark.parametrize("thing, name", [("restaurants", "city"), ("leads", "restaurant_name")])
async def test_a_lone_surrogate_is_written_as_a_question_mark(
    visit: Visit, tenant: Tenant, thing: str, name: str
) -> None:
    """It has no bytes in UTF-8: neither the database nor a page can have it."""
    job = await add_scrape_job(tenant.everything, tenant.organisation_id)
    [lead] = await add_leads(tenant.everything, tenant.organisation_id, job, 1)
    one = lead if thing == "leads" else (await tenant.restaurant(name="Kai"))[0]
    answer = await _post_surrogate(visit, f"/{thing}/{one}/edit", {"was_city": ""}, name)
    assert answer.status_code == 200, answer.text
    assert "?x" in (await visit.get(f"/{thing}/{one}/edit", hx="true")).text


async def test_corrections_of_a_list_are_text(visit: Visit) -> None:
    """Also those of a list that is empty."""
    table = {"text": "name,city\nKai,Gore\n"}
    assert "?x" in (await _post_surrogate(visit, "/import/check", table, "cell-2-0")).text
    assert (await visit.post("/import/check", {"head-0": "name"})).status_code == 200
