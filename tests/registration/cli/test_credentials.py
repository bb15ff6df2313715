"""`registration credentials`: the one place where a password is shown, and it is known to whom."""

import io

import pytest
from cryptography.fernet import Fernet

from registration.settings import settings
from tests.registration.cli.conftest import Commands

PASSWORD = "Correct.Horse-7Battery"


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch, registration: Commands) -> None:
    """The installation's keys; the password comes through a pipe."""
    monkeypatch.setenv("REGISTRATION_ENCRYPTION_KEYS", Fernet.generate_key().decode())
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    settings.cache_clear()


async def test_a_stored_password_is_shown_to_whom_is_recorded(registration: Commands) -> None:
    """Stored encrypted; both events have the name and the e-mail, and no password."""
    stored = await registration("credentials", "set", "Mere@Example.nz", "--by", "Mere")
    assert (stored.code, PASSWORD in stored.out) == (0, False)
    shown = await registration("credentials", "show", "mere@example.nz", "--by", "Tama", "--why", "a call", "--json")
    assert (shown.json["email"], shown.json["password"]) == ("mere@example.nz", PASSWORD)
    assert PASSWORD in (await registration("credentials", "show", "mere@example.nz")).out
    events = await registration.query("select what, actor, reason, data from registration_events order by created_at")
    told = [(one["what"], one["actor"], one["reason"]) for one in events[:2]]
    assert told == [("password stored", "Mere", None), ("password shown", "Tama", "a call")]
    rows = await registration.query("select * from registration_credentials")
    assert PASSWORD not in str([events, rows])
    assert rows[0]["account_state"] == "completed"


async def test_an_account_that_nobody_has_is_not_found(registration: Commands) -> None:
    """Nothing is recorded."""
    said = await registration("credentials", "show", "nobody@example.nz")
    assert (said.code, "there is no account of nobody@example.nz" in said.err) == (2, True)
    assert await registration.query("select 1 from registration_events") == []


async def test_an_empty_password_is_refused(registration: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is stored."""
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    assert (await registration("credentials", "set", "mere@example.nz")).code == 2
    assert await registration.query("select 1 from registration_credentials") == []
