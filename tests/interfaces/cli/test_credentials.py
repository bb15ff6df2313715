"""`registration credentials`: the only commands that show a password, and the record of who asked."""

import io

import pytest
from cryptography.fernet import Fernet

from registration.settings import settings
from tests.interfaces.cli.conftest import Commands

PASSWORD = "Correct.Horse-7Battery"


@pytest.fixture(autouse=True)
def encryption_keys(monkeypatch: pytest.MonkeyPatch, registration: Commands) -> None:
    """Set the installation's keys; the password comes through a pipe."""
    monkeypatch.setenv("REGISTRATION_ENCRYPTION_KEYS", Fernet.generate_key().decode())
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    settings.cache_clear()


async def test_storing_and_showing_a_password_are_recorded(registration: Commands) -> None:
    """The password is stored encrypted; both events contain name and e-mail, and no password."""
    stored = await registration("credentials", "set", "Mere@Example.nz", "--by", "Mere")
    assert (stored.code, PASSWORD in stored.out) == (0, False)
    shown = await registration("credentials", "show", "mere@example.nz", "--by", "Tama", "--why", "a call", "--json")
    assert (shown.json["email"], shown.json["password"]) == ("mere@example.nz", PASSWORD)
    assert PASSWORD in (await registration("credentials", "show", "mere@example.nz")).out
    events = await registration.query("select what, actor, reason, data from registration_events order by created_at")
    document = [(row["what"], row["actor"], row["reason"]) for row in events[:2]]
    assert document == [("password stored", "Mere", None), ("password shown", "Tama", "a call")]
    rows = await registration.query("select * from registration_credentials")
    assert PASSWORD not in str([events, rows])
    assert rows[0]["account_state"] == "completed"


async def test_an_account_is_found_however_its_domain_is_written(registration: Commands) -> None:
    """A domain in ASCII and its form in Unicode are one domain."""
    await registration("credentials", "set", "Info@xn--exmple-cua.co.nz", "--by", "Mere")
    shown = await registration("credentials", "show", "info@exämple.co.nz", "--by", "Tama", "--json")
    assert (shown.json["email"], shown.json["password"]) == ("info@exämple.co.nz", PASSWORD)


async def test_an_unknown_account_is_not_found(registration: Commands) -> None:
    """Nothing is recorded."""
    result = await registration("credentials", "show", "nobody@example.nz")
    assert (result.code, "there is no account of nobody@example.nz" in result.err) == (2, True)
    assert await registration.query("select 1 from registration_events") == []


async def test_an_empty_password_is_refused(registration: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is stored."""
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    assert (await registration("credentials", "set", "mere@example.nz")).code == 2
    assert await registration.query("select 1 from registration_credentials") == []


async def test_after_a_rotation_the_old_key_is_not_needed(
    registration: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new key alone decrypts every password; the person is recorded."""
    await registration("credentials", "set", "mere@example.nz")
    old, new = settings().encryption_keys[0].get_secret_value(), Fernet.generate_key().decode()
    use_keys(monkeypatch, new, old)
    result = await registration("credentials", "rotate", "--by", "Tama")
    assert (result.code, result.out) == (0, "encrypted with the first key: 1\n")
    use_keys(monkeypatch, new)
    assert PASSWORD in (await registration("credentials", "show", "mere@example.nz")).out
    [event] = await registration.query("select actor, data from registration_events where what like 'passwords %'")
    assert (event["actor"], event["data"]) == ("Tama", {"count": 1})


async def test_a_password_that_no_key_decrypts_stops_a_rotation(
    registration: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is changed, and the message names the cause."""
    await registration("credentials", "set", "mere@example.nz")
    before = await registration.query("select password_encrypted from registration_credentials")
    use_keys(monkeypatch, Fernet.generate_key().decode())
    result = await registration("credentials", "rotate")
    assert (result.code, "encrypted with another key" in result.err) == (1, True)
    assert await registration.query("select password_encrypted from registration_credentials") == before


def use_keys(monkeypatch: pytest.MonkeyPatch, *keys: str) -> None:
    """Set these keys, newest first."""
    monkeypatch.setenv("REGISTRATION_ENCRYPTION_KEYS", ",".join(keys))
    settings.cache_clear()


@pytest.mark.parametrize("typed", ["Open\x1b[2JSesame1!", "Open\x00Sesame1!", "x" * 1000])
async def test_an_unprintable_or_too_long_password_is_not_stored(
    registration: Commands, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    """The message does not contain the password."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n"))
    refused = await registration("credentials", "set", "mere@example.nz")
    assert (refused.code, refused.out) == (2, "")
    assert "at most 300 characters" in refused.err
    assert "Sesame" not in refused.err
    long = await registration("credentials", "set", f"{'m' * 1000}@example.nz")
    assert long.code == 2
