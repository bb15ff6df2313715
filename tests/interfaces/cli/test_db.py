"""`registration db`: the commands as an engineer types them."""

import json
from collections.abc import AsyncGenerator, Generator
from dataclasses import dataclass
from typing import Protocol
from uuid import uuid4

import psycopg
import pytest
import pytest_asyncio
from psycopg import AsyncConnection, sql

from dev.stack.databases import DatabaseUrls, provide_extra_database
from dev.stack.keys import Keys
from dev.stack.network import free_port
from dev.stack.postgres import EmbeddedPostgres
from interfaces.cli.main import run
from registration.settings import settings


@pytest_asyncio.fixture
async def urls(postgres: EmbeddedPostgres, keys: Keys) -> AsyncGenerator[DatabaseUrls]:
    """An empty database of this test alone."""
    name = f"cli_{uuid4().hex}"
    yield await provide_extra_database(postgres, keys, name)
    async with await AsyncConnection.connect(postgres.url(), autocommit=True) as server:
        await server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@dataclass(frozen=True)
class CommandResult:
    """The exit code and the output of a command."""

    code: int
    out: str
    err: str


class Db(Protocol):
    """Runs `registration db …` on a database."""

    def __call__(self, owner_url: str, *arguments: str) -> CommandResult: ...


@pytest.fixture
def db(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Generator[Db]:
    """Runs `registration db …` in this process, with its own settings."""

    def run_db(owner_url: str, *arguments: str) -> CommandResult:
        monkeypatch.setenv("REGISTRATION_OWNER_DATABASE_URL", owner_url)
        settings.cache_clear()
        code = run(["db", *arguments])
        captured = capsys.readouterr()
        return CommandResult(code, captured.out, captured.err)

    yield run_db
    settings.cache_clear()


def test_from_nothing_to_current_and_back(db: Db, urls: DatabaseUrls) -> None:
    """Status lists missing migrations (1), upgrade runs them, status reports none (0), downgrade reverts them."""
    before = db(urls.owner, "status", "--json")
    pending = json.loads(before.out)["pending"]
    assert before.code == 1
    assert pending
    assert db(urls.owner, "upgrade") == CommandResult(0, f"migrations done: {', '.join(pending)}\n", "")
    after = db(urls.owner, "status", "--json")
    assert after.code == 0
    assert json.loads(after.out) == {"revision": pending[-1], "pending": [], "current": True}
    assert db(urls.owner, "downgrade", "base", "--yes").code == 0
    assert db(urls.owner, "status").code == 1


def test_dropping_tables_needs_a_yes(db: Db, urls: DatabaseUrls) -> None:
    """Without --yes nothing is dropped, and the exit code is that of wrong use."""
    db(urls.owner, "upgrade")
    refused = db(urls.owner, "downgrade", "base")
    assert (refused.code, "--yes" in refused.out + refused.err) == (2, True)
    assert db(urls.owner, "status").code == 0


def test_a_database_that_is_no_platform_is_refused(db: Db, urls: DatabaseUrls) -> None:
    """The missing tables are named in one line on stderr, with exit code 1."""
    refused = db(urls.owner, "upgrade", "--existing-platform")
    assert refused.code == 1
    assert "table restaurants" in refused.err
    assert refused.err.count("\n") == 1


def test_the_script_for_a_platforms_owner_needs_no_database(db: Db) -> None:
    """The roles come from the addresses or the options; the script contains no password."""
    address = "postgresql://guests:hush-hush@127.0.0.1:1/nothing"
    result = db(address, "rights")
    assert result.code == 0
    assert "grant select (id, name, feature_flags) on public.organisations to registration_app;" in result.out
    assert "create role guests login" in result.out
    assert "hush" not in result.out
    named = db("", "rights", "--role", "kai_rights", "--owner", "kai_owner").out
    assert "grant select (id, name, feature_flags) on public.organisations to kai_rights;" in named
    assert "create schema registration authorization kai_owner" in named


def test_an_organisation_is_created_once_and_keeps_its_name(
    db: Db, urls: DatabaseUrls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without an id in the settings, or without tables, the message names the next step."""
    assert "REGISTRATION_ORGANISATION" in db(urls.owner, "organisation", "Kai Group").err
    organisation_id = uuid4()
    monkeypatch.setenv("REGISTRATION_ORGANISATION", str(organisation_id))
    assert "registration db upgrade" in db(urls.owner, "organisation", "Kai Group").err
    db(urls.owner, "upgrade")
    for name in ("", "Kai\x1b]0;Group", "x" * 1000):
        assert "NAME" in db(urls.owner, "organisation", name).err
    assert db(urls.owner, "organisation", "Kai Group") == CommandResult(
        0, f"organisation {organisation_id}: made\n", ""
    )
    assert "nothing to do" in db(urls.owner, "organisation", "Another").out
    with psycopg.connect(urls.owner) as connection:
        assert connection.execute("select id, name from organisations").fetchall() == [(organisation_id, "Kai Group")]


@pytest.mark.parametrize(
    "url, code, message",
    [
        pytest.param(
            f"postgresql://owner:hush-hush@127.0.0.1:{free_port()}/registration",
            1,
            "the database cannot be reached",
            id="nobody listens",
        ),
        ("", 1, "REGISTRATION_OWNER_DATABASE_URL"),
    ],
)
def test_no_database_is_one_clear_line(db: Db, url: str, code: int, message: str) -> None:
    """No traceback, no password, and the next step."""
    failed = db(url, "status")
    assert (failed.code, failed.out, failed.err.count("\n")) == (code, "", 1)
    assert message in failed.err
    assert "hush" not in failed.err
