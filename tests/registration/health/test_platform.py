"""The platform, looked at in the real sandbox and in servers that are none."""

from uuid import uuid4

import pytest
from pydantic import SecretStr

from dev.stack.network import free_port
from dev.stack.sandbox import Sandbox
from registration.health.finding import Finding, Level
from registration.health.platform import check_platform
from tests.registration.health.answering import ahead, answering, by_name

KEY = SecretStr("test-service-key")


async def look(url: str, key: SecretStr = KEY) -> Finding:
    """What is said of the platform; the key is never in it."""
    found = by_name(await check_platform(url, key, uuid4()))
    assert not key.get_secret_value() or key.get_secret_value() not in repr(found)
    return found["platform"]


async def test_all_is_well(sandbox: Sandbox) -> None:
    """It answers, takes the key, and is on time; nothing counts as done there."""
    found = await check_platform(sandbox.url, KEY)
    assert [(one.about, one.level) for one in found] == [
        ("platform", Level.OK),
        ("clock of the platform", Level.OK),
    ]


async def test_another_key_is_refused(sandbox: Sandbox) -> None:
    """With the setting where the right one belongs."""
    found = await look(sandbox.url, SecretStr("another-key"))
    why = "the platform refuses the service key for this organisation: A bearer token is required"
    assert (found.level, found.says) == (Level.ERROR, f"refuses the service key (401: {why})")
    assert "REGISTRATION_PLATFORM_KEY" in (found.next_step or "")


async def test_a_key_without_rights_is_refused() -> None:
    """A 403 that repeats the key is said without it."""
    async with answering(403, f'{{"success": false, "error": "{KEY.get_secret_value()} may not"}}') as url:
        assert (await look(url)).says == "refuses the service key (403: *** may not)"


async def test_an_organisation_that_the_platform_does_not_know_is_no_wrong_key() -> None:
    """It is looked at after the key; without one of ours there is nothing to know."""
    async with answering(403, '{"error": "Organization not found", "message": "no such one"}') as url:
        assert (await look(url)).says == "does not know the organisation (403: no such one)"
        assert by_name(await check_platform(url, KEY))["platform"].level is Level.OK


async def test_a_feature_that_is_off_is_named() -> None:
    """For whoever can have it switched on."""
    async with answering(403, '{"error": "x", "message": "not yours", "feature": "registration"}') as url:
        found = await look(url)
        assert (found.level, "feature registration is switched off" in found.says) == (Level.ERROR, True)


@pytest.mark.parametrize("key", ["", " hidden", "schlüssel"])
async def test_a_key_that_cannot_be_sent(sandbox: Sandbox, key: str) -> None:
    """It is not tried."""
    found = await look(sandbox.url, SecretStr(key))
    assert (found.level, found.says) == (Level.ERROR, "its service key is missing or cannot be sent")


async def test_something_else_answers(sandbox: Sandbox) -> None:
    """A path too many, or another server."""
    async with answering(200, "<title>Welcome</title>", "text/html") as elsewhere:
        for url in (f"{sandbox.url}/sandbox", elsewhere):
            found = await look(url)
            assert found.level is Level.ERROR
            assert "but it is not the platform" in found.says
            assert "REGISTRATION_PLATFORM_URL" in (found.next_step or "")


async def test_a_gateway_without_a_platform_behind_it() -> None:
    """Its page is not the platform's word."""
    async with answering(502, "<title>Bad Gateway</title>", "text/html") as url:
        found = await look(url)
    assert (found.level, "does not reach it (502)" in found.says) == (Level.ERROR, True)


@pytest.mark.parametrize("status", [429, 503])
async def test_a_busy_platform_is_no_error(status: int) -> None:
    """It says so in its own words, and is tried again by itself."""
    async with answering(status, '{"success": false, "error": "Later"}') as url:
        found = await look(url)
    assert (found.level, found.says) == (Level.WARNING, f"is unavailable for now ({status}: Later)")


async def test_nobody_answers() -> None:
    """As for every address."""
    assert "connection refused" in (await look(f"http://127.0.0.1:{free_port()}")).says


@pytest.mark.parametrize("seconds, level", [(3, Level.ERROR), (-4, Level.ERROR), (60, Level.ERROR)])
async def test_a_clock_that_is_far_off(sandbox: Sandbox, seconds: float, level: Level) -> None:
    """Ours against the one that the platform's answers show."""
    with ahead(seconds):
        found = by_name(await check_platform(sandbox.url, KEY))
    assert found["clock of the platform"].level is level
    assert found["platform"].level is Level.OK
