"""What no page may do, and what nobody may make a page do."""

import hashlib
import re
from collections.abc import AsyncGenerator
from pathlib import Path
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from interfaces.console.app import PAGES
from interfaces.console.safety import FILES
from registration.database.session import Database
from tests.interfaces.console.visiting import Visit, browser_of, link_of, sign_in, signed_in
from tests.registration.at_gate import AtGate, at_company_gate
from tests.registration.tenant import Tenant

LINK = re.compile(r'<a href="[^"]+" target="_blank" rel="noreferrer noopener">')
STATIC = Path("interfaces/console/static")
TEMPLATES = [*Path("interfaces/console").rglob("*.html")]
VENDORED = {
    "htmx.min.js": "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
    "hx-sse.min.js": "18ef2761356ec1fe0bb6d92612315b37517a7c1e9856b661c5ae81fef239d103",
}
NOBODY = UUID(int=1)
JOB_PREVIEWS = (
    "retry",
    "redo",
    "cancel",
    "leave",
    "item-tags",
    "by-hand?sub_step=menuImport",
    "skip?sub_step=menuImport",
    "resolve?sub_step=menuImport&there=true",
)
SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|hx-on|javascript:|hx-vals=.js:", re.IGNORECASE)


@pytest_asyncio.fixture
async def waiting(tenant: Tenant) -> AtGate:
    """A batch with a restaurant that waits."""
    return await at_company_gate(tenant, name="Kai")


def _paths(waiting: AtGate) -> list[str]:
    batch = f"/batches/{waiting.batch_id}"
    job = f"/jobs/{waiting.job_id}"
    asked = ("retry", "cancel", "continue", "start", "company-selection")
    pages = ["/", "/batches", "/sign-in", "/nothing", "/batches/x", batch, *(f"{batch}/{one}" for one in asked)]
    return [*pages, job, *(f"{job}/{one}" for one in JOB_PREVIEWS)]


async def test_every_answer_has_the_headers(visit: Visit, waiting: AtGate) -> None:
    """Pages, problems and parts of pages alike."""
    for path in _paths(waiting):
        answer = await visit.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy, path
        assert "unsafe" not in policy, path
        assert "frame-ancestors 'none'" in policy, path
        assert answer.headers["x-content-type-options"] == "nosniff", path
        assert answer.headers["cache-control"] == "no-store", path
        assert "Cookie" in answer.headers["vary"], path


async def test_pages_hold_no_script_no_style_and_no_other_host(visit: Visit, waiting: AtGate) -> None:
    """What the policy forbids is not tried either."""
    for path in _paths(waiting):
        # Links that a person follows are no part of a page.
        text = LINK.sub("", (await visit.get(path)).text)
        assert SCRIPT.search(text) is None, path
        assert not [one for one in re.findall(r"(?:src|href|action)=\"([^\"]+)", text) if "//" in one], path


@pytest.mark.parametrize("template", TEMPLATES, ids=str)
def test_templates_switch_no_escaping_off(template: Path) -> None:
    """Texts of the register and the platform are text everywhere."""
    text = template.read_text()
    assert not re.search(r"\|\s*safe\b|autoescape", text)
    assert SCRIPT.search(text) is None


def test_vendored_files_are_unchanged() -> None:
    """They are the files of the package that NOTICE names."""
    assert {name: hashlib.sha256((STATIC / name).read_bytes()).hexdigest() for name in VENDORED} == VENDORED
    assert set(VENDORED) <= set(FILES)


async def test_static_files_are_served_and_nothing_beside_them(visit: Visit) -> None:
    """No path leads out of their folder."""
    for name in FILES:
        assert (await visit.get(f"/static/{name}")).status_code == 200
    for name in ("NOTICE", "..%2Fapp.py", "../app.py", "console.scss"):
        assert (await visit.get(f"/static/{name}")).status_code == 404


def _commands() -> list[str]:
    """Every address that changes something."""
    routes = [route for router in PAGES for route in router.routes]
    found = [getattr(route, "path", "") for route in routes if "POST" in (getattr(route, "methods", None) or ())]
    assert len(found) >= 6, found
    return [
        path.format(batch_id=NOBODY, job_id=NOBODY, lead_id=NOBODY, restaurant_id=NOBODY)
        for path in found
        if path not in ("/sign-in", "/sign-out")
    ]


FOREIGN: dict[str, dict[str, str | None]] = {
    "another site": {"Sec-Fetch-Site": "cross-site"},
    "another host of the site": {"Sec-Fetch-Site": "same-site"},
    "typed": {"Sec-Fetch-Site": "none"},
    "another origin, of an old browser": {"Sec-Fetch-Site": None, "Origin": "https://evil.example"},
    "no origin at all": {"Sec-Fetch-Site": None},
    "no token": {"X-CSRF-Token": None},
    "the token of another session": {"X-CSRF-Token": "0" * 32},
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def refused(
    transport: httpx.AsyncBaseTransport, database: Database, superusers: AsyncEngine
) -> AsyncGenerator[Visit]:
    """A person whose requests are all refused: one session for all of them, since none may change it."""
    async with superusers.connect() as connection:
        everything = await connection.execution_options(isolation_level="AUTOCOMMIT")
        made = text("insert into organisations (name) values ('Refused') returning id")
        organisation_id = (await everything.execute(made)).scalar_one()
        async with signed_in(transport, Tenant(database, everything, "http://localhost:1", organisation_id)) as visit:
            yield visit


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize("path", ["/sign-out", *_commands()])
async def test_only_pages_of_the_session_change_something(
    refused: Visit, path: str, headers: dict[str, str | None]
) -> None:
    """The session goes on, and nothing is done."""
    answer = await refused.post(path, headers=headers)
    assert answer.status_code == 403, answer.text
    assert (await refused.get("/")).status_code == 200


async def test_an_old_browser_says_its_origin(visit: Visit) -> None:
    """Browsers without fetch metadata send an origin with every POST."""
    answer = await visit.post("/sign-out", headers={"Sec-Fetch-Site": None, "Origin": "https://console.test"})
    assert answer.status_code == 204


async def test_another_site_cannot_sign_somebody_in(transport: httpx.AsyncBaseTransport, tenant: Tenant) -> None:
    """Nobody works in a session that somebody else chose."""
    async with browser_of(transport) as client:
        answer = await sign_in(client, await link_of(tenant), **{"Sec-Fetch-Site": "cross-site"})
        assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


async def test_the_cookie_of_the_console_opens_no_door_of_the_api(visit: Visit) -> None:
    """The API takes tokens only, so no page of another site can have the browser call it."""
    answer = await visit.get("/api/registration-batches")
    assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHORIZED")


@pytest_asyncio.fixture
async def viewer(transport: httpx.AsyncBaseTransport, tenant: Tenant) -> AsyncGenerator[Visit]:
    """A person who may only look."""
    async with signed_in(transport, tenant, role="viewer", name="Ana") as made:
        yield made


async def test_viewers_look_and_do_nothing(viewer: Visit, waiting: AtGate) -> None:
    """The answer names the role that is needed."""
    batch = f"/batches/{waiting.batch_id}"
    assert (await viewer.get(batch)).status_code == 200
    for one in ("retry", "cancel", "continue", "start"):
        assert (await viewer.get(f"{batch}/{one}", hx="true")).status_code == 403, one
        answer = await viewer.post(f"{batch}/{one}")
        assert (answer.status_code, "operator" in answer.text) == (403, True), one
    job = f"/jobs/{waiting.job_id}"
    assert (await viewer.get(job)).status_code == 200
    for one in JOB_PREVIEWS:
        assert (await viewer.get(f"{job}/{one}", hx="true")).status_code == 403, one
