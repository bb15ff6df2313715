"""`registration doctor`, with parts of the installation missing; the whole one is looked at in tests/e2e."""

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
    """The real one is not asked by tests."""
    monkeypatch.setenv("REGISTRATION_REGISTER_URL", f"http://127.0.0.1:{free_port()}")


def _by_name(found: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    return {one["about"]: one for one in found}


async def test_with_nothing_there_every_part_is_named(registration: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with the next step, and nothing is waited for long."""
    nowhere = f"127.0.0.1:{free_port()}"
    monkeypatch.setenv("DATABASE_URL", f"postgresql://a:hidden@{nowhere}/registration")
    monkeypatch.setenv("REGISTRATION_PLATFORM_URL", f"http://{nowhere}")
    monkeypatch.setenv("REGISTRATION_PLATFORM_KEY", "key")
    settings.cache_clear()
    with temporary_settings({PREFECT_API_URL: f"http://{nowhere}/api"}):
        said = await registration("doctor", "--json")
    assert said.code == 1
    found = _by_name(said.json)
    assert {name: found[name]["level"] for name in ("database", "Prefect server", "platform")} == {
        "database": "error",
        "Prefect server": "error",
        "platform": "error",
    }
    assert all(found[name]["next_step"] for name in ("database", "Prefect server", "platform", "encryption keys"))
    assert "hidden" not in said.out


async def test_a_database_that_is_fine_is_said_to_be(registration: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Migrations, its clock, and that no batch is left alone."""
    monkeypatch.setenv("REGISTRATION_ENCRYPTION_KEYS", Fernet.generate_key().decode())
    settings.cache_clear()
    with temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{free_port()}/api"}):
        said = await registration("doctor")
    assert "✓ migrations: at " in said.out
    assert "✓ clock of the database" in said.out
    assert "✓ encryption keys" in said.out


async def test_an_organisation_that_is_none_is_said(registration: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before somebody imports restaurants for it, and with the command that makes it."""
    for organisation, level in ((registration.organisation_id, "ok"), (uuid4(), "error")):
        monkeypatch.setenv("REGISTRATION_ORGANISATION", str(organisation))
        settings.cache_clear()
        with temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{free_port()}/api"}):
            found = _by_name((await registration("doctor", "--json")).json)["organisation"]
        assert found["level"] == level
    assert "registration db organisation" in found["next_step"]


async def test_a_prefect_server_with_a_wrong_password_is_clear(
    registration: Commands, prefect_server: PrefectAddress
) -> None:
    """A server without one does not mind; what matters is that nothing of the password is printed."""
    with temporary_settings({PREFECT_API_URL: prefect_server.api_url, PREFECT_API_AUTH_STRING: "name:topsecret"}):
        said = await registration("doctor", "--json")
    found = _by_name(said.json)
    assert found["Prefect server"]["level"] == "ok"
    assert "topsecret" not in said.out


async def test_deep_walks_the_platforms_checklist_besides(
    registration: Commands, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    """Each line with its mark, and as JSON."""
    monkeypatch.setenv("REGISTRATION_ORGANISATION", str(registration.organisation_id))
    monkeypatch.setenv("REGISTRATION_PLATFORM_URL", sandbox.url)
    monkeypatch.setenv("REGISTRATION_PLATFORM_KEY", "test-service-key")
    settings.cache_clear()
    with temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{free_port()}/api"}):
        said = await registration("doctor", "--deep")
        told = await registration("doctor", "--deep", "--json")
        usual = await registration("doctor", "--json")
    assert [one["about"] for one in told.json][-len(CHECKLIST) :] == list(CHECKLIST)
    assert "✓ question status: " in said.out or "? question status: " in said.out
    assert "? kinds of extraction jobs: there is no job to look at" in said.out
    assert not set(CHECKLIST) & _by_name(usual.json).keys()


async def test_another_server_than_prefects_is_said(registration: Commands, sandbox: Sandbox) -> None:
    """With the setting to check; the other parts are looked at all the same."""
    with temporary_settings({PREFECT_API_URL: f"{sandbox.url}/api"}):
        said = await registration("doctor", "--json")
    found = _by_name(said.json)
    assert (found["Prefect server"]["level"], found["Prefect server"]["next_step"]) == (
        "error",
        "check PREFECT_API_URL: it ends with /api",
    )
    assert "migrations" in found
