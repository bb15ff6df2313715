"""`registration db`: the commands as a person types them."""

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
class Said:
    """What a command ended with."""

    code: int
    out: str
    err: str


class Db(Protocol):
    """Runs `registration db …` on a database."""

    def __call__(self, owner_url: str, *arguments: str) -> Said: ...


@pytest.fixture
def db(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Generator[Db]:
    """`registration db …` in this process, with settings of its own."""

    def run_db(owner_url: str, *arguments: str) -> Said:
        monkeypatch.setenv("REGISTRATION_OWNER_DATABASE_URL", owner_url)
        settings.cache_clear()
        code = run(["db", *arguments])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    yield run_db
    settings.cache_clear()


def test_from_nothing_to_current_and_back(db: Db, urls: DatabaseUrls) -> None:
    """Status says what is missing (1), upgrade does it, status is content (0), downgrade undoes it."""
    before = db(urls.owner, "status", "--json")
    pending = json.loads(before.out)["pending"]
    assert before.code == 1
    assert pending
    assert db(urls.owner, "upgrade") == Said(0, f"migrations done: {', '.join(pending)}\n", "")
    after = db(urls.owner, "status", "--json")
    assert after.code == 0
    assert json.loads(after.out) == {"revision": pending[-1], "pending": [], "current": True}
    assert db(urls.owner, "downgrade", "base", "--yes").code == 0
    assert db(urls.owner, "status").code == 1


def test_dropping_tables_needs_a_yes(db: Db, urls: DatabaseUrls) -> None:
    """Without --yes nothing is dropped and the exit code is that of wrong use."""
    db(urls.owner, "upgrade")
    refused = db(urls.owner, "downgrade", "base")
    assert (refused.code, "--yes" in refused.out + refused.err) == (2, True)
    assert db(urls.owner, "status").code == 0


def test_an_existing_platform_that_is_none_is_named(db: Db, urls: DatabaseUrls) -> None:
    """What an existing platform database lacks is one line on stderr, exit code 1."""
    refused = db(urls.owner, "upgrade", "--existing-platform")
    assert refused.code == 1
    assert "table restaurants" in refused.err
    assert refused.err.count("\n") == 1


def test_the_script_for_a_platforms_owner_needs_no_database(db: Db) -> None:
    """Roles are those of the addresses, or those that are named; no password is in it."""
    address = "postgresql://guests:hush-hush@127.0.0.1:1/nothing"
    said = db(address, "rights")
    assert said.code == 0
    assert "grant select (id, name, feature_flags) on public.organisations to registration_app;" in said.out
    assert "create role guests login" in said.out
    assert "hush" not in said.out
    named = db("", "rights", "--role", "kai_rights", "--owner", "kai_owner").out
    assert "grant select (id, name, feature_flags) on public.organisations to kai_rights;" in named
    assert "create schema registration authorization kai_owner" in named


def test_an_organisation_is_made_once_and_keeps_its_name(
    db: Db, urls: DatabaseUrls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That of the settings; without one, or before the tables are there, it is said what to do."""
    assert "REGISTRATION_ORGANISATION" in db(urls.owner, "organisation", "Kai Group").err
    organisation_id = uuid4()
    monkeypatch.setenv("REGISTRATION_ORGANISATION", str(organisation_id))
    assert "registration db upgrade" in db(urls.owner, "organisation", "Kai Group").err
    db(urls.owner, "upgrade")
    for name in ("", "Kai\x1b]0;Group", "x" * 1000):
        assert "NAME" in db(urls.owner, "organisation", name).err
    assert db(urls.owner, "organisation", "Kai Group") == Said(0, f"organisation {organisation_id}: made\n", "")
    assert "nothing to do" in db(urls.owner, "organisation", "Another").out
    with psycopg.connect(urls.owner) as connection:
        assert connection.execute("select id, name from organisations").fetchall() == [(organisation_id, "Kai Group")]


@pytest.mark.parametrize(
    "url, code, said",
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
def test_no_database_is_one_clear_line(db: Db, url: str, code: int, said: str) -> None:
    """No traceback, no password, what to do next."""
    failed = db(url, "status")
    assert (failed.code, failed.out, failed.err.count("\n")) == (code, "", 1)
    assert said in failed.err
    assert "hush" not in failed.err
