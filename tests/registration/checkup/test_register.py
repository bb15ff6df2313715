"""The companies register, looked at in the real sandbox and in servers that are none."""

import pytest
from pydantic import SecretStr

from deployments.local.network import free_port
from deployments.local.sandbox import Sandbox
from registration.checkup.finding import Finding, Level
from registration.checkup.register import check_nzbn, check_website
from tests.registration.checkup.answering import ahead, answering, by_name
from tests.registration.clients.nzbn_place import KEY, nzbn_at

NAME = "companies register"


async def website(url: str, *, scripts: bool = False) -> Finding:
    """What is said of a website."""
    return by_name(await check_website(url, scripts=scripts))[NAME]


async def api(url: str, key: SecretStr = KEY) -> Finding:
    """What is said of an API; the key is never in it."""
    found = by_name(await check_nzbn(url, key))
    assert not key.get_secret_value() or key.get_secret_value() not in repr(found)
    return found[NAME]


async def test_the_website_is_fine(sandbox: Sandbox) -> None:
    """Its search is read, and its clock."""
    found = by_name(await check_website(sandbox.url, scripts=True))
    assert {one.level for one in found.values()} == {Level.OK}
    assert set(found) == {NAME, "clock of the companies register"}


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
    """It takes the key, and is on time."""
    async with nzbn_at(sandbox) as place:
        found = by_name(await check_nzbn(place.url, KEY))
    assert {one.level for one in found.values()} == {Level.OK}
    assert set(found) == {NAME, "clock of the NZBN API"}


async def test_the_api_refuses_the_key(sandbox: Sandbox) -> None:
    """Another one, one without rights, none."""
    async with nzbn_at(sandbox) as place:
        assert "does not accept the subscription key (status 401" in (await api(place.url, SecretStr("other"))).says
        await place.break_with("refused", "nzbn-search", times=1)
        assert "does not give access with the subscription key (status 403" in (await api(place.url)).says
        missing = await api(place.url, SecretStr(""))
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
    async with nzbn_at(sandbox) as place:
        await place.break_with("unavailable", "nzbn-search", times=1)
        assert (await api(place.url)).level is Level.WARNING
    assert "connection refused" in (await api(f"http://127.0.0.1:{free_port()}")).says


async def test_a_clock_that_is_far_off(sandbox: Sandbox) -> None:
    """Both say what time it is."""
    with ahead(90):
        async with nzbn_at(sandbox) as place:
            of_api = by_name(await check_nzbn(place.url, KEY))["clock of the NZBN API"]
        of_website = by_name(await check_website(sandbox.url, scripts=False))["clock of the companies register"]
    assert (of_api.level, of_website.level) == (Level.ERROR, Level.ERROR)
