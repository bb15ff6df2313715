"""The counters of the part `size`: requests on their way to a server, rows and bytes in a database."""

import asyncio
from collections.abc import AsyncGenerator
from uuid import uuid4

import psycopg
import pytest
import pytest_asyncio
from psycopg import sql

from dev.bench.request_counter import counting_requests
from dev.bench.stored import Stored
from dev.stack.postgres import EmbeddedPostgres
from tests.plain_http import plain_http
from tests.waiting import until

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest_asyncio.fixture
async def server() -> AsyncGenerator[int]:
    """The port of a server that answers every request, also several on one connection."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while heading := await _heading(reader):
            _, _, length = heading.lower().partition("content-length: ")
            await reader.readexactly(int(length.split()[0]) if length else 0)
            writer.write(_ANSWER)
            await writer.drain()
        writer.close()

    listening = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with listening:
        yield listening.sockets[0].getsockname()[1]


async def _heading(reader: asyncio.StreamReader) -> str:
    try:
        return (await reader.readuntil(b"\r\n\r\n")).decode()
    except asyncio.IncompleteReadError:
        return ""


async def test_requests_are_counted_and_passed_on(server: int) -> None:
    """Those of one kept connection each, those of several clients together, and nothing that stands in a body."""
    async with counting_requests(server) as counter:
        url = f"http://127.0.0.1:{counter.port}"
        async with plain_http(url) as one, plain_http(url) as other:
            for client in (one, one, other):
                assert (await client.get("/api/health")).text == "ok"
            await other.post("/api/logs", json={"message": "GET / HTTP/1.1\r\n" * 3})
        assert counter.requests == 4


async def test_a_request_line_that_comes_in_two_pieces_counts_once() -> None:
    """Wherever it is cut: the second piece is sent when the first one has passed the counter."""
    passed = bytearray()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(100):
            passed.extend(data)
        writer.close()

    listening = await asyncio.start_server(take, "127.0.0.1", 0)
    async with listening, counting_requests(listening.sockets[0].getsockname()[1]) as counter:
        sent = bytearray()
        for number, cut in enumerate((3, 12, 15, 16), start=1):
            _, writer = await asyncio.open_connection("127.0.0.1", counter.port)
            request = b"GET / HTTP/1.1\r\n\r\n"
            for piece in (request[:cut], request[cut:]):
                writer.write(piece)
                sent.extend(piece)
                await until(lambda: len(passed) == len(sent), "the piece to pass the counter")
            writer.close()
            assert counter.requests == number
    assert passed == sent


@pytest.fixture
def database_name() -> str:
    """The name of a database of one test."""
    return f"size_{uuid4().hex}"


async def test_rows_and_bytes_of_each_restaurant(postgres: EmbeddedPostgres, database_name: str) -> None:
    """Free space in the files of a table does not count."""
    async with await psycopg.AsyncConnection.connect(postgres.url(), autocommit=True) as superuser:
        await superuser.execute(sql.SQL("create database {}").format(sql.Identifier(database_name)))
    url = postgres.url(database_name)
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute("create table pages (words text); create table empty (words text)")
        before = await Stored.in_database(url, "public")
        await connection.execute("insert into pages select repeat('x', 900) from generate_series(1, 1000)")
        await connection.execute("update pages set words = words || 'y'")
        added = (await Stored.in_database(url, "public")).since(before, 10)
    assert added.rows == {"pages": 100, "empty": 0}
    assert 90 < added.kilobytes["pages"] < 120
    assert added.largest(1).startswith("pages 100.0 rows ")
