"""The context of every command: an organisation, a prepared database, and ids that can be found."""

from uuid import UUID

import pytest

from dev.stack.databases import DatabaseUrls, provide_extra_database
from dev.stack.keys import Keys
from dev.stack.network import free_port
from dev.stack.postgres import EmbeddedPostgres
from registration.settings import settings
from tests.interfaces.cli.conftest import Commands
from tests.servers import DATABASE


async def test_no_organisation_is_wrong_use(registration: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the option and the variable."""
    monkeypatch.delenv("REGISTRATION_ORGANISATION")
    settings.cache_clear()
    result = await registration("batches")
    assert result.code == 2
    assert "--organisation" in result.err
    assert "REGISTRATION_ORGANISATION" in result.err


@pytest.mark.parametrize(
    "url, code, words",
    [
        (None, 1, ["DATABASE_URL", "make up"]),
        ("", 1, ["DATABASE_URL", "make up"]),
        ("not an address hush", 1, ["DATABASE_URL"]),
        pytest.param(
            f"postgresql://me:hush@127.0.0.1:{free_port()}/registration", 1, ["cannot be reached"], id="nobody listens"
        ),
    ],
)
async def test_no_database_is_one_clear_line(
    registration: Commands, monkeypatch: pytest.MonkeyPatch, url: str | None, code: int, words: list[str]
) -> None:
    """Without a traceback and without the password."""
    monkeypatch.delenv("DATABASE_URL") if url is None else monkeypatch.setenv("DATABASE_URL", url)
    settings.cache_clear()
    result = await registration("batches")
    assert result.code == code
    assert all(word in result.err for word in words)
    assert "hush" not in result.err
    assert result.err.count("\n") == 1


async def test_a_database_without_tables_names_the_next_step(
    registration: Commands, monkeypatch: pytest.MonkeyPatch, postgres: EmbeddedPostgres, keys: Keys
) -> None:
    """The next step is `registration db upgrade`."""
    urls: DatabaseUrls = await provide_extra_database(postgres, keys, f"{DATABASE}_unprepared")
    monkeypatch.setenv("DATABASE_URL", urls.app)
    settings.cache_clear()
    result = await registration("batches")
    assert result.code == 1
    assert "registration db upgrade" in result.err
    assert result.err.count("\n") == 1


@pytest.mark.parametrize("typed, reason", [("1a2b", "too short"), (str(UUID(int=7)), "there is no batch or job")])
async def test_an_id_that_cannot_be_found_is_wrong_use(registration: Commands, typed: str, reason: str) -> None:
    """So is an id that is too short."""
    result = await registration("show", typed)
    assert result.code == 2
    assert reason in result.err
