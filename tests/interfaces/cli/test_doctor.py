"""`registration doctor` with parts of the installation missing; a complete installation is checked in tests/e2e."""

from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

from dev.stack.network import free_port
from dev.stack.prefect_server import PrefectAddress
from dev.stack.sandbox import Sandbox
from registration.health.deep.walk import CHECKLIST
from registration.settings import settings
from tests.interfaces.cli.conftest import Commands


@pytest.fixture(autouse=True)
def no_register(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the address of the real register."""
    monkeypatch.setenv("REGISTRATION_REGISTER_URL", f"http://127.0.0.1:{free_port()}")


def _by_name(found: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    return {row["about"]: row for row in found}


async def test_every_missing_part_is_named(registration: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with a next step, and without long waits."""
    nowhere = f"127.0.0.1:{free_port()}"
    monkeypatch.setenv("DATABASE_URL", f"postgresql://a:hidden@{nowhere}/registration")
    monkeypatch.setenv("REGISTRATION_PLATFORM_URL", f"http://{nowhere}")
    monkeypatch.setenv("REGISTRATION_PLATFORM_KEY", "key")
    settings.cache_clear()
    with temporary_settings({PREFECT_API_URL: f"http://{nowhere}/api"}):
        result = await registration("doctor", "--json")
    assert result.code == 1
    found = _by_name(result.json)
    assert {name: found[name]["level"] for name in ("database", "Prefect server", "platform")} == {
        "database": "error",
        "Prefect server": "error",
        "platform": "error",
    }
    assert all(found[name]["next_step"] for name in ("database", "Prefect server", "platform", "encryption keys"))
    assert "hidden" not in result.out


async def test_a_prepared_database_is_reported_as_ok(registration: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Migrations, clock and encryption keys."""
    monkeypatch.setenv("REGISTRATION_ENCRYPTION_KEYS", Fernet.generate_key().decode())
    settings.cache_clear()
    with temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{free_port()}/api"}):
        result = await registration("doctor")
    assert "✓ migrations: at " in result.out
    assert "✓ clock of the database" in result.out
    assert "✓ encryption keys" in result.out


async def test_a_missing_organisation_is_an_error(registration: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next step is the command that creates it."""
    for organisation, level in ((registration.organisation_id, "ok"), (uuid4(), "error")):
        monkeypatch.setenv("REGISTRATION_ORGANISATION", str(organisation))
        settings.cache_clear()
        with temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{free_port()}/api"}):
            found = _by_name((await registration("doctor", "--json")).json)["organisation"]
        assert found["level"] == level
    assert "registration db organisation" in found["next_step"]


async def test_the_prefect_password_is_never_printed(registration: Commands, prefect_server: PrefectAddress) -> None:
    """A server without a password accepts any; the output must not contain the configured one."""
    with temporary_settings({PREFECT_API_URL: prefect_server.api_url, PREFECT_API_AUTH_STRING: "name:topsecret"}):
        result = await registration("doctor", "--json")
    found = _by_name(result.json)
    assert found["Prefect server"]["level"] == "ok"
    assert "topsecret" not in result.out


async def test_deep_also_checks_the_platforms_checklist(
    registration: Commands, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    """Each line with its mark, and as JSON."""
    monkeypatch.setenv("REGISTRATION_ORGANISATION", str(registration.organisation_id))
    monkeypatch.setenv("REGISTRATION_PLATFORM_URL", sandbox.url)
    monkeypatch.setenv("REGISTRATION_PLATFORM_KEY", "test-service-key")
    settings.cache_clear()
    with temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{free_port()}/api"}):
        result = await registration("doctor", "--deep")
        document = await registration("doctor", "--deep", "--json")
        usual = await registration("doctor", "--json")
    assert [row["about"] for row in document.json][-len(CHECKLIST) :] == list(CHECKLIST)
    assert "✓ question status: " in result.out or "? question status: " in result.out
    assert "? kinds of extraction jobs: there is no job to check" in result.out
    assert not set(CHECKLIST) & _by_name(usual.json).keys()


async def test_a_server_that_is_not_prefects_is_an_error(registration: Commands, sandbox: Sandbox) -> None:
    """The next step names the setting; the other parts are checked as well."""
    with temporary_settings({PREFECT_API_URL: f"{sandbox.url}/api"}):
        result = await registration("doctor", "--json")
    found = _by_name(result.json)
    assert (found["Prefect server"]["level"], found["Prefect server"]["next_step"]) == (
        "error",
        "check PREFECT_API_URL: it ends with /api",
    )
    assert "migrations" in found
