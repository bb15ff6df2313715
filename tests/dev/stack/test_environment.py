"""The environment of a stack's programs."""

import pytest

from dev.stack.environment import External, base_environment


def test_fake_data_never_reach_what_the_user_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """By default no address of another database, Prefect server or platform is passed on."""
    for name in ("DATABASE_URL", "PREFECT_API_URL", "REGISTRATION_PLATFORM_URL", "PGHOST", "PREFECT_API_KEY"):
        monkeypatch.setenv(name, "live")
    assert "live" not in base_environment(allow_external=False).values()
    assert External.given(allowed=False) == External()


def test_addresses_of_the_user_win_where_they_may(monkeypatch: pytest.MonkeyPatch) -> None:
    """With `allow_external` they are passed on and used."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://live")
    monkeypatch.setenv("PREFECT_API_URL", "https://live/api")
    assert base_environment(allow_external=True)["DATABASE_URL"] == "postgresql://live"
    found = External.given(allowed=True)
    assert (found.database_url, found.prefect_api_url) == ("postgresql://live", "https://live/api")


def test_no_proxy_stands_before_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's own exceptions stay."""
    monkeypatch.setenv("NO_PROXY", "intranet")
    assert base_environment(allow_external=False)["NO_PROXY"] == "intranet,127.0.0.1,localhost"


def test_external_addresses_show_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """The repr of the external parts is safe for logs."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:secret@host/db")
    assert "secret" not in repr(External.given(allowed=True))
