"""The checklist, walked against the platform as it is built: what is told of it, and that it only reads."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import pytest_asyncio
from pydantic import SecretStr

from dev.stack.databases import provide_extra_database
from dev.stack.keys import Keys
from dev.stack.postgres import EmbeddedPostgres
from dev.stack.sandbox import Sandbox
from registration.health.deep.walk import CHECKLIST, check_deep
from registration.health.finding import Finding, Level
from registration.settings import Settings
from tests.dev.sandbox.client import SERVICE_KEY, Platform
from tests.dev.sandbox.conftest import SANDBOX_DATABASE, own_sandbox, sandbox_rows
from tests.dev.sandbox.rows import Rows
from tests.platform_contract.conftest import sandbox_platform
from tests.platform_contract.ready import Ready, make_ready, send
from tests.platform_contract.written import look
from tests.registration.health.answering import by_name
from tests.waiting import eventually

__all__ = ["own_sandbox", "sandbox_platform", "sandbox_rows"]


@pytest_asyncio.fixture
async def installed(
    sandbox_platform: Platform, own_sandbox: Sandbox, postgres: EmbeddedPostgres, keys: Keys
) -> Settings:
    """The settings of an installation beside that platform, for one organisation."""
    urls = await provide_extra_database(postgres, keys, SANDBOX_DATABASE)
    values = {
        "database_url": SecretStr(urls.app),
        "platform_url": own_sandbox.url,
        "platform_key": SecretStr(SERVICE_KEY),
        "organisation": sandbox_platform.organisation_id,
        "browser_limit": 4,
    }
    return Settings().model_copy(update=values)


@pytest_asyncio.fixture
async def registered(sandbox_platform: Platform, sandbox_rows: Rows) -> Ready:
    """A restaurant of the organisation for which everything was done."""
    ready = await make_ready(sandbox_platform, sandbox_rows)
    for name in ("upload-images", "register-restaurant", "extract-menu-premium"):
        (await send(sandbox_platform, ready, name)).raise_for_status()

    async def ended() -> bool:
        jobs = await sandbox_rows.select("extraction_jobs", "restaurant_id = %(id)s", id=ready.restaurant_id)
        return all((one["progress"] or {}).get("phase") == "completed" for one in jobs)

    await eventually(ended, "the extraction, which writes in the background")
    return ready


async def walked(settings: Settings) -> Mapping[str, Finding]:
    """The findings by what they are about; none shows the key."""
    found = await check_deep(settings)
    assert [one.about for one in found] == list(CHECKLIST)
    assert SERVICE_KEY not in repr(found)
    assert all(one.next_step for one in found if one.level is not Level.OK)
    return by_name(found)


async def test_all_that_a_registered_restaurant_shows_is_fine(installed: Settings, registered: Ready) -> None:
    """Every question, table, right and flag; of the tables that are empty nothing can be told."""
    assert registered
    found = await walked(installed)
    bad = {name: one.says for name, one in found.items() if one.level in (Level.WARNING, Level.ERROR)}
    assert list(bad) == ["secret columns"], "the tables are those of the sandbox, which keeps no secret of its own back"
    assert "the tables are not a platform's own" in bad["secret columns"]
    told = {name for name, one in found.items() if one.level is Level.OK}
    assert told >= {name for name in CHECKLIST if name.startswith(("question", "table"))}
    assert told >= {"rows of restaurants", "rows of pumpd_accounts", "rows of usage_events", "rows of menus"}


async def test_nothing_is_posted_and_no_row_is_changed(
    installed: Settings, registered: Ready, sandbox_platform: Platform, sandbox_rows: Rows
) -> None:
    """The sandbox's log of requests has only questions since, and the platform's rows are what they were."""
    calls = await _calls(sandbox_platform)
    before = await look(sandbox_rows, sandbox_platform.organisation_id, registered.restaurant_id)
    effects = (await sandbox_platform.http.get("/sandbox/effects")).json()
    await walked(installed)
    since = (await _calls(sandbox_platform))[len(calls) :]
    assert {one["method"] for one in since} == {"GET"}
    assert [one["endpoint"] for one in since] == ["status", "logs", "code-injection", "cdn-stats", "upload-batches"]
    assert await look(sandbox_rows, sandbox_platform.organisation_id, registered.restaurant_id) == before
    assert (await sandbox_platform.http.get("/sandbox/effects")).json() == effects


async def _calls(platform: Platform) -> list[dict[str, Any]]:
    return (await platform.http.get("/sandbox/calls")).raise_for_status().json()


async def test_an_organisation_without_a_restaurant_leaves_much_untold(installed: Settings) -> None:
    """But nothing is wrong: it is reached, and takes the key."""
    found = await walked(installed)
    assert {one.level for name, one in found.items() if name.startswith("question")} <= {Level.OK, Level.UNDETERMINED}
    assert found["question upload-batches"].says == (
        "it answers, but the organisation has no upload of images to ask about"
    )
    assert found["kinds of extraction jobs"].level is Level.UNDETERMINED
    assert found["rows of restaurants"].level is Level.UNDETERMINED


@pytest.mark.parametrize(
    "question, case, level, said",
    [
        ("status", "no or wrong service key, or no organisation header", Level.ERROR, "refuses the service key"),
        ("logs", "flag off: registration", Level.ERROR, "feature registration is switched off"),
        ("code-injection", "flags not readable for now", Level.UNDETERMINED, "could not be verified"),
        ("menus/{id}/cdn-stats", "database not configured", Level.UNDETERMINED, "database"),
        ("upload-batches/{id}", "not found", Level.ERROR, "not found"),
        ("status", "error", Level.UNDETERMINED, ""),
        ("status", "code generated before the registration: the account is hidden", Level.UNDETERMINED, "no account"),
    ],
)
async def test_an_answer_is_told_as_what_it_is(
    installed: Settings,
    registered: Ready,
    sandbox_platform: Platform,
    question: str,
    case: str,
    level: Level,
    said: str,
) -> None:
    """Each with the next step; one question that fails does not hide the others."""
    assert registered
    play = {"endpoint": question, "case": case, "organisation": str(sandbox_platform.organisation_id)}
    (await sandbox_platform.http.post("/sandbox/plays", json=play)).raise_for_status()
    found = await walked(installed)
    name = {"menus/{id}/cdn-stats": "cdn-stats", "upload-batches/{id}": "upload-batches"}.get(question, question)
    finding = found[f"question {name}"]
    assert finding.level is level
    assert said in finding.says.casefold() if said.islower() else said in finding.says


async def test_features_that_are_off_are_named(
    installed: Settings, sandbox_platform: Platform, sandbox_rows: Rows
) -> None:
    """Those of the sub-steps and those of the extractions."""
    assert (await walked(installed))["feature flags"].level is Level.OK
    await sandbox_rows.query(
        """UPDATE organisations SET feature_flags = jsonb_set(feature_flags, '{registration,stripePayments}', 'false')
           || '{"premiumExtraction": false}' WHERE id = %(id)s""",
        id=sandbox_platform.organisation_id,
    )
    found = (await walked(installed))["feature flags"]
    assert (found.level, found.says) == (
        Level.WARNING,
        "switched off: registration.stripePayments, premiumExtraction",
    )


async def test_jobs_that_are_not_followed_are_named(
    installed: Settings, registered: Ready, sandbox_platform: Platform, sandbox_rows: Rows
) -> None:
    """A new version of the platform may call its menus otherwise."""
    await sandbox_rows.query(
        """INSERT INTO extraction_jobs (organisation_id, restaurant_id, job_id, url, job_type)
           VALUES (%(organisation)s, %(restaurant)s, 'new-1', 'https://eats.example', 'deluxe_extraction')""",
        organisation=sandbox_platform.organisation_id,
        restaurant=registered.restaurant_id,
    )
    found = (await walked(installed))["kinds of extraction jobs"]
    assert (found.level, "not followed: deluxe_extraction" in found.says) == (Level.UNDETERMINED, True)


async def test_a_platform_whose_clock_is_an_hour_off_is_said(installed: Settings) -> None:
    """Outcomes are told apart by its times and those of the database."""
    async with an_hour_behind() as url:
        found = (await walked(installed.model_copy(update={"platform_url": url})))["clocks of platform and database"]
    assert (found.level, "is behind by 3" in found.says) == (Level.ERROR, True)


@asynccontextmanager
async def an_hour_behind() -> AsyncGenerator[str]:
    """The address of a server that answers everything with an unreadable page, dated an hour ago."""
    date = format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 500 No\r\nDate: {date}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize("limit, level", [(0, Level.WARNING), (3, Level.OK), (4, Level.OK), (10, Level.WARNING)])
async def test_too_many_browsers_are_advised_against(installed: Settings, limit: int, level: Level) -> None:
    """The platform's machine opens one for each."""
    found = await walked(installed.model_copy(update={"browser_limit": limit}))
    assert found["browsers at once"].level is level


async def test_without_an_organisation_there_is_nothing_to_ask_about(installed: Settings) -> None:
    """One finding, with the setting."""
    [found] = await check_deep(installed.model_copy(update={"organisation": None}))
    assert (found.level, "REGISTRATION_ORGANISATION" in (found.next_step or "")) == (Level.ERROR, True)


async def test_a_platform_that_is_away_is_said_at_each_question(installed: Settings) -> None:
    """The database is looked at all the same, and of the clocks nothing can be told."""
    found = await walked(installed.model_copy(update={"platform_url": "http://127.0.0.1:1"}))
    assert {one.level for name, one in found.items() if name.startswith("question")} == {Level.ERROR}
    assert found["clocks of platform and database"].level is Level.UNDETERMINED
    assert found["table restaurants"].level is Level.OK
