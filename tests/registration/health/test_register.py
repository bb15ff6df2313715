"""The companies register, looked at in the real sandbox and in servers that are none."""

import pytest
from pydantic import SecretStr

from dev.stack.network import free_port
from dev.stack.sandbox import Sandbox
from registration.health.finding import Finding, Level
from registration.health.register import check_nzbn, check_website
from registration.health.register_entry import way_finding
from registration.settings import Settings
from tests.registration.companies.nzbn.nzbn_sandbox import KEY, nzbn_at
from tests.registration.health.answering import ahead, answering, by_name

NAME, ENTRY = "companies register", "entry of a company"


async def website(url: str, *, scripts: bool = False) -> Finding:
    """What is said of a website."""
    return by_name(await check_website(url, scripts=scripts))[NAME]


async def api(url: str, key: SecretStr = KEY) -> Finding:
    """What is said of an API; the key is never in it."""
    found = by_name(await check_nzbn(url, key))
    assert not key.get_secret_value() or key.get_secret_value() not in repr(found)
    return found[NAME]


async def test_the_website_is_fine(sandbox: Sandbox) -> None:
    """Its search is read, the page of a company, and its clock."""
    found = by_name(await check_website(sandbox.url, scripts=True))
    assert {one.level for one in found.values()} == {Level.OK}
    assert set(found) == {NAME, ENTRY, "clock of the companies register"}
    assert found[ENTRY].says.startswith("a company's page is read: name, number, status, nzbn, incorporation date")
    assert "directors, shareholders, gst numbers" in found[ENTRY].says


@pytest.mark.parametrize("scripts, level", [(True, Level.WARNING), (False, Level.ERROR)])
async def test_the_page_of_a_company_has_changed(sandbox: Sandbox, scripts: bool, level: Level) -> None:
    """A search that is read says nothing of it; a browser may still see more."""
    async with nzbn_at(sandbox) as nzbn:
        await nzbn.break_with("changed_layout", "register-detail")
        found = by_name(await check_website(sandbox.url, scripts=scripts))
    assert (found[NAME].level, found[ENTRY].level) == (Level.OK, level)
    assert "h1 with .entityIdentifier is missing" in found[ENTRY].says
    assert "its layout has changed" in (found[ENTRY].next_step or "")


async def test_the_page_of_a_company_lacks_a_panel(sandbox: Sandbox) -> None:
    """What every company has is asked after; what is seldom given is only named."""
    async with nzbn_at(sandbox) as nzbn:
        await nzbn.break_with("missing_panel", "register-detail", times=1)
        lacks = by_name(await check_website(sandbox.url, scripts=True))[ENTRY]
        await nzbn.break_with("unavailable", "register-detail")
        away = by_name(await check_website(sandbox.url, scripts=False))[ENTRY]
    assert (lacks.level, "without: shareholders" in lacks.says) == (Level.WARNING, True)
    assert "/detail in a browser; if it has shareholders" in (lacks.next_step or "")
    assert (away.level, "status 503" in away.says) == (Level.WARNING, True)


async def test_the_website_is_elsewhere(sandbox: Sandbox) -> None:
    """A path too many, or another site; what scripts would fill is left to a browser to say."""
    assert "(404), but it is not the register's search" in (await website(f"{sandbox.url}/sandbox")).says
    async with answering(200, "<p>Welcome</p>", "text/html") as url:
        assert "(200), but it is not the register's search" in (await website(url)).says
        seen = await website(url, scripts=True)
    assert (seen.level, "only a browser" in seen.says) == (Level.WARNING, True)


@pytest.mark.parametrize("status, level", [(403, Level.ERROR), (429, Level.WARNING), (503, Level.WARNING)])
async def test_the_website_does_not_want_us(status: int, level: Level) -> None:
    """For good, or for now."""
    async with answering(status, "<p>No</p>", "text/html") as url:
        found = await website(url)
    assert (found.level, str(status) in found.says) == (level, True)


async def test_the_api_is_fine(sandbox: Sandbox) -> None:
    """It takes the key, an entity is read, and it is on time."""
    async with nzbn_at(sandbox) as nzbn:
        found = by_name(await check_nzbn(nzbn.url, KEY))
    assert {one.level for one in found.values()} == {Level.OK}
    assert set(found) == {NAME, ENTRY, "clock of the NZBN API"}
    assert found[ENTRY].says.startswith("an entity is read: name, number, status, nzbn")


async def test_an_entity_of_the_api_has_changed(sandbox: Sandbox) -> None:
    """As with a page."""
    async with nzbn_at(sandbox) as nzbn:
        await nzbn.break_with("changed_layout", "nzbn-entity")
        found = by_name(await check_nzbn(nzbn.url, KEY))
    assert (found[NAME].level, found[ENTRY].level) == (Level.OK, Level.ERROR)


@pytest.mark.parametrize(
    "source, key, way, says",
    [
        (None, "", "website", "the register's website, as there is no REGISTRATION_NZBN_KEY"),
        (None, "key", "nzbn", "the NZBN API, which has no search by address, as there is a REGISTRATION_NZBN_KEY"),
        ("website", "key", "website", "the register's website, as REGISTRATION_REGISTER_SOURCE is website"),
        ("nzbn", "", "nzbn", "the NZBN API, which has no search by address, as REGISTRATION_REGISTER_SOURCE is nzbn"),
    ],
)
def test_the_way_to_the_register_is_said(source: str | None, key: str, way: str, says: str) -> None:
    """The API where there is a key, else the website; a person may decide otherwise."""
    settings = Settings.model_validate({"register_source": source, "nzbn_key": key})
    assert settings.register_way == way
    assert way_finding(settings).says == says


async def test_the_api_refuses_the_key(sandbox: Sandbox) -> None:
    """Another one, one without rights, none."""
    async with nzbn_at(sandbox) as nzbn:
        assert "does not accept the subscription key (status 401" in (await api(nzbn.url, SecretStr("other"))).says
        await nzbn.break_with("refused", "nzbn-search", times=1)
        assert "does not give access with the subscription key (status 403" in (await api(nzbn.url)).says
        missing = await api(nzbn.url, SecretStr(""))
    assert (missing.level, missing.says) == (
        Level.ERROR,
        "the NZBN API's subscription key is missing or cannot be sent",
    )
    assert "REGISTRATION_NZBN_KEY" in (missing.next_step or "")


async def test_the_api_is_elsewhere_or_away(sandbox: Sandbox) -> None:
    """Without its path, with a page instead of JSON, busy, not running."""
    assert "(404), but it is not the NZBN API" in (await api(sandbox.url)).says
    async with answering(200, "<p>Welcome</p>", "text/html") as url:
        assert "(200), but it is not the NZBN API" in (await api(url)).says
    async with nzbn_at(sandbox) as nzbn:
        await nzbn.break_with("unavailable", "nzbn-search", times=1)
        assert (await api(nzbn.url)).level is Level.WARNING
    assert "connection refused" in (await api(f"http://127.0.0.1:{free_port()}")).says


async def test_a_clock_that_is_far_off(sandbox: Sandbox) -> None:
    """Both say what time it is."""
    with ahead(90):
        async with nzbn_at(sandbox) as nzbn:
            of_api = by_name(await check_nzbn(nzbn.url, KEY))["clock of the NZBN API"]
        of_website = by_name(await check_website(sandbox.url, scripts=False))["clock of the companies register"]
    assert (of_api.level, of_website.level) == (Level.ERROR, Level.ERROR)
