"""`registration credentials`: the one place where a password is shown, and it is known to whom."""

import io

import pytest
from cryptography.fernet import Fernet

from registration.settings import settings
from tests.interfaces.cli.conftest import Commands

PASSWORD = "Correct.Horse-7Battery"


@pytest.fixture(autouse=True)
def encryption_keys(monkeypatch: pytest.MonkeyPatch, registration: Commands) -> None:
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


async def test_an_account_is_found_however_its_domain_is_written(registration: Commands) -> None:
    """In ASCII or in Unicode: one domain, one account."""
    await registration("credentials", "set", "Info@xn--exmple-cua.co.nz", "--by", "Mere")
    shown = await registration("credentials", "show", "info@exämple.co.nz", "--by", "Tama", "--json")
    assert (shown.json["email"], shown.json["password"]) == ("info@exämple.co.nz", PASSWORD)


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


async def test_after_a_rotation_the_old_key_can_go(registration: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every password opens with the new key alone; who rotated is recorded."""
    await registration("credentials", "set", "mere@example.nz")
    old, new = settings().encryption_keys[0].get_secret_value(), Fernet.generate_key().decode()
    use_keys(monkeypatch, new, old)
    said = await registration("credentials", "rotate", "--by", "Tama")
    assert (said.code, said.out) == (0, "encrypted with the first key: 1\n")
    use_keys(monkeypatch, new)
    assert PASSWORD in (await registration("credentials", "show", "mere@example.nz")).out
    [event] = await registration.query("select actor, data from registration_events where what like 'passwords %'")
    assert (event["actor"], event["data"]) == ("Tama", {"count": 1})


async def test_a_password_that_no_key_opens_stops_a_rotation(
    registration: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is changed, and the message says which keys are missed."""
    await registration("credentials", "set", "mere@example.nz")
    before = await registration.query("select password_encrypted from registration_credentials")
    use_keys(monkeypatch, Fernet.generate_key().decode())
    said = await registration("credentials", "rotate")
    assert (said.code, "encrypted with another key" in said.err) == (1, True)
    assert await registration.query("select password_encrypted from registration_credentials") == before


def use_keys(monkeypatch: pytest.MonkeyPatch, *keys: str) -> None:
    """Have these keys set, newest first."""
    monkeypatch.setenv("REGISTRATION_ENCRYPTION_KEYS", ",".join(keys))
    settings.cache_clear()


@pytest.mark.parametrize("typed", ["Open\x1b[2JSesame1!", "Open\x00Sesame1!", "x" * 1000])
async def test_a_password_that_no_terminal_could_show_is_not_stored(
    registration: Commands, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    """Nor one that nobody would ever type; neither is shown by the message."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n"))
    refused = await registration("credentials", "set", "mere@example.nz")
    assert (refused.code, refused.out) == (2, "")
    assert "at most 300 characters" in refused.err
    assert "Sesame" not in refused.err
    long = await registration("credentials", "set", f"{'m' * 1000}@example.nz")
    assert long.code == 2
