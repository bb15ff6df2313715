"""The whole stack as one context."""

from pathlib import Path

import psycopg
import pytest

from dev.stack.commands import of_system
from dev.stack.databases import DatabaseUrls
from dev.stack.errors import ProcessEnded, StackError
from dev.stack.locks import FileLock
from dev.stack.postgres_data import running
from dev.stack.stack import LocalStack, StackOptions

pytestmark = pytest.mark.slow

ONLY_POSTGRES = StackOptions(prefect=False, sandbox=None, workers=0)


async def test_postgres_alone_is_migrated_and_has_its_organisation(short_folder: Path) -> None:
    """The smallest stack is a database for the command line."""
    async with LocalStack(short_folder, ONLY_POSTGRES) as stack:
        organisation = stack.settings()["REGISTRATION_ORGANISATION"]
        with psycopg.connect(stack.addresses.owner_database_url) as registration:
            found = registration.execute("select id::text from organisations").fetchall()
        assert found == [(organisation,)]
        assert stack.addresses.prefect_api_url is None
    assert running(short_folder / "postgres" / "data") is None


async def test_the_environment_names_each_part_and_key(short_folder: Path) -> None:
    """A program gets database, organisation and keys from it, the same ones in the next start."""
    async with LocalStack(short_folder, ONLY_POSTGRES) as stack:
        first = stack.environment()
    async with LocalStack(short_folder, ONLY_POSTGRES) as stack:
        second = stack.environment()
    kept = ("DATABASE_URL", "REGISTRATION_ORGANISATION", "REGISTRATION_ENCRYPTION_KEYS", "REGISTRATION_PLATFORM_KEY")
    assert [first[name] for name in kept] == [second[name] for name in kept]


async def test_a_database_of_the_user_is_used_instead(
    short_folder: Path, database_urls: DatabaseUrls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With `allow_external`, DATABASE_URL replaces our Postgres; its organisations stay unchanged."""
    monkeypatch.setenv("DATABASE_URL", database_urls.app)
    monkeypatch.setenv("REGISTRATION_OWNER_DATABASE_URL", database_urls.owner)
    options = StackOptions(prefect=False, sandbox=None, workers=0, allow_external=True)
    async with LocalStack(short_folder, options) as stack:
        assert stack.addresses.database_url == database_urls.app
        assert not (short_folder / "postgres").exists()


async def test_the_sandbox_plays_the_platform_in_no_database_of_the_user(
    short_folder: Path, database_urls: DatabaseUrls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sandbox writes into a user's database only on request."""
    monkeypatch.setenv("DATABASE_URL", database_urls.owner)
    options = StackOptions(prefect=False, workers=0, allow_external=True)
    with pytest.raises(StackError, match="REGISTRATION_PLATFORM_URL"):
        LocalStack(short_folder, options)
    assert not (short_folder / "keys.json").exists()


async def test_two_prefect_servers_need_programs_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing one is named with its package; with a Prefect server of the user there is nothing to start."""
    with pytest.raises(StackError, match="no-such-server is missing: install the system's package some-package"):
        of_system("no-such-server", "some-package")
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:4200/api")
    with pytest.raises(StackError, match="PREFECT_API_URL is set"):
        StackOptions(servers=2, allow_external=True).external()


async def test_a_part_that_does_not_start_is_named_and_nothing_is_left(
    short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error has the end of the part's log; all started parts are stopped."""
    options = StackOptions(prefect=False, sandbox=None, workers=0, settings={"REGISTRATION_TIME_SCALE": "never"})
    with pytest.raises(ProcessEnded, match=r"(?si)migrations ended.*time_scale"):
        await LocalStack(short_folder, options).__aenter__()
    assert running(short_folder / "postgres" / "data") is None


async def test_two_stacks_do_not_run_in_one_folder(short_folder: Path) -> None:
    """The second stack is refused at once."""
    options = StackOptions(sandbox=None, workers=0)
    other = FileLock(short_folder / "stack.lock")
    assert other.acquire()
    with pytest.raises(StackError, match="already"):
        await LocalStack(short_folder, options).__aenter__()
    other.release()
