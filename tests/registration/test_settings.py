"""Settings are read from the environment, refused by name, and never shown."""

import pytest
from pydantic import ValidationError

from registration.settings import Settings


def test_keys_are_divided_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spaces and an empty one at the end do no harm."""
    monkeypatch.setenv("REGISTRATION_ENCRYPTION_KEYS", "newest, older,")
    assert [key.get_secret_value() for key in Settings().encryption_keys] == ["newest", "older"]


@pytest.mark.parametrize("name", ["DATABASE_URL", "REGISTRATION_PLATFORM_KEY", "REGISTRATION_ENCRYPTION_KEYS"])
def test_a_wrong_setting_is_named_and_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Whoever prints the error, a traceback among them."""
    monkeypatch.setenv(name, "topsecret")
    monkeypatch.setenv("REGISTRATION_GATE_HOLD_MINUTES", "topsecret")
    with pytest.raises(ValidationError, match="gate_hold_minutes") as refused:
        Settings()
    assert "topsecret" not in str(refused.value)


def test_an_empty_setting_is_none_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the files that compose and systemd read."""
    monkeypatch.setenv("REGISTRATION_ORGANISATION", "")
    assert Settings().organisation is None
