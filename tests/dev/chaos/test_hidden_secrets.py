"""The search for secrets in tables and files."""

import zlib
from collections.abc import AsyncGenerator
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio

from dev.chaos.cases.hidden_secrets import files_with, tables_with
from dev.stack.databases import DatabaseUrls
from dev.stack.postgres import EmbeddedPostgres
from tests.servers import DATABASE

SECRET = "Quiet_Heron-71.Ladder"


@pytest_asyncio.fixture
async def url(postgres: EmbeddedPostgres, database_urls: DatabaseUrls) -> AsyncGenerator[str]:
    """A database with a temporary schema."""
    assert database_urls.owner
    url = postgres.url(DATABASE)
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute("create schema hidden create table notes (id int, said jsonb) create table others ()")
        yield url
        await connection.execute("drop schema hidden cascade")


async def _note(url: str, text: str) -> None:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute("insert into hidden.notes values (1, jsonb_build_object('error', %s::text))", [text])


async def test_a_table_that_contains_a_secret_is_named(url: str) -> None:
    """Also inside JSON, and for any of several secrets."""
    await _note(url, f'Command failed: node script.js --password="{SECRET}"')
    assert await tables_with(url, ["another one", SECRET]) == ("hidden.notes",)


async def test_a_secret_in_a_compressed_page_is_found(url: str) -> None:
    """The row itself does not show it."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute("create table hidden.registration_evidence (content bytea)")
        page = zlib.compress(f"<p>{SECRET}</p>".encode())
        await connection.execute("insert into hidden.registration_evidence values (%s)", [page])
    assert await tables_with(url, ["another one"]) == ()
    assert await tables_with(url, [SECRET]) == ("hidden.registration_evidence",)


async def test_a_text_that_is_only_alike_is_not_named(url: str) -> None:
    """An underscore is no wildcard."""
    await _note(url, SECRET.replace("_", "x"))
    assert await tables_with(url, [SECRET]) == ()


@pytest.mark.parametrize("path", ["process-1.log", "prefect/storage/result"])
def test_a_file_that_contains_a_secret_is_named(tmp_path: Path, path: str) -> None:
    """Logs and stored results."""
    for name, text in ((path, f"a line\n--password={SECRET}\n"), ("other.log", "nothing")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert files_with(tmp_path, [SECRET]) == (path,)
    assert files_with(tmp_path, ["another one"]) == ()
