"""The embedded Postgres: one server per folder, stopped with its owner, adopted when orphaned."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from dev.stack.errors import StackError
from dev.stack.postgres import EmbeddedPostgres
from dev.stack.postgres_binaries import SETTING
from dev.stack.postgres_data import running
from tests.waiting import until

pytestmark = pytest.mark.slow

OWNER = """
import asyncio, sys
from pathlib import Path
from dev.stack.postgres import EmbeddedPostgres

async def main() -> None:
    async with EmbeddedPostgres(Path(sys.argv[1]), durable=False) as server:
        print(server.port, flush=True)
        sys.stdin.read()

asyncio.run(main())
"""


def own(folder: Path) -> subprocess.Popen[str]:
    """Another process that owns Postgres on the folder until its standard input ends."""
    command = [sys.executable, "-c", OWNER, str(folder)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def port_of(process: subprocess.Popen[str]) -> int:
    """The port that such a process prints."""
    assert process.stdout
    return int(process.stdout.readline())


def end(process: subprocess.Popen[str]) -> int:
    """Let such a process end by itself; return its exit code."""
    process.communicate(timeout=30)
    return process.returncode


async def test_starts_twice_on_the_same_folder_and_keeps_data_and_address(short_folder: Path) -> None:
    """Data written before a stop is there after the next start, on the same port."""
    async with EmbeddedPostgres(short_folder / "postgres") as first:
        with psycopg.connect(first.url(), autocommit=True) as connection:
            connection.execute("create table kept as select 42 as answer")
    async with EmbeddedPostgres(short_folder / "postgres") as second:
        with psycopg.connect(second.url()) as connection:
            assert connection.execute("select answer from kept").fetchone() == (42,)
    assert (second.port, second.password) == (first.port, first.password)


async def test_is_gone_after_the_stop(short_folder: Path) -> None:
    """No server runs on the folder once its owner has stopped it."""
    async with EmbeddedPostgres(short_folder / "postgres", durable=False) as server:
        assert running(server.data_folder.data)
    assert running(server.data_folder.data) is None


async def test_refuses_who_does_not_know_the_password(short_folder: Path) -> None:
    """A local connection needs the password too."""
    async with EmbeddedPostgres(short_folder / "postgres", durable=False) as server:
        address = server.url().replace(server.password, "guess")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(address)


async def test_a_second_user_joins_and_leaves_the_server_running(short_folder: Path) -> None:
    """Only the owner stops the server."""
    async with EmbeddedPostgres(short_folder / "postgres", durable=False) as owner:
        async with EmbeddedPostgres(short_folder / "postgres", durable=False) as guest:
            assert guest.port == owner.port
        assert running(owner.data_folder.data)


@pytest.mark.faults
async def test_four_at_once_end_with_one_server(short_folder: Path) -> None:
    """Four processes that start together on an empty folder get the same server."""
    processes = [own(short_folder / "postgres") for _ in range(4)]
    ports = await asyncio.gather(*(asyncio.to_thread(port_of, process) for process in processes))
    assert len(set(ports)) == 1
    assert [end(process) for process in processes] == [0, 0, 0, 0]


@pytest.mark.faults
async def test_stops_when_its_owner_is_killed(short_folder: Path) -> None:
    """After `kill -9` of the owner the server ends by itself, or is adopted and then stopped by the next owner."""
    owner = own(short_folder / "postgres")
    port_of(owner)
    owner.kill()
    end(owner)
    async with EmbeddedPostgres(short_folder / "postgres", durable=False) as heir:
        with psycopg.connect(heir.url()) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
    assert running(heir.data_folder.data) is None


@pytest.mark.faults
@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere the kernel does not tell children that their parent died"
)
async def test_the_kernel_stops_it_when_its_owner_is_killed(short_folder: Path) -> None:
    """On Linux the kernel ends the server after a `kill -9`."""
    owner = own(short_folder / "postgres")
    port_of(owner)
    data = EmbeddedPostgres(short_folder / "postgres").data_folder.data
    owner.kill()
    end(owner)
    await until(lambda: running(data) is None, "Postgres to end with its owner")


@pytest.mark.faults
async def test_adopts_an_orphan_and_stops_it(short_folder: Path) -> None:
    """A server whose owner died is used, and stopped at the end."""
    async with EmbeddedPostgres(short_folder / "postgres", durable=False) as first:
        data_folder, port = first.data_folder, first.port
    orphan = await asyncio.create_subprocess_exec(
        *[
            data_folder.prepare(first.password) / "postgres",
            "-D",
            data_folder.data,
            f"--port={port}",
            "--unix_socket_directories=",
        ],
        user=data_folder.user.uid if data_folder.user else None,
        group=data_folder.user.gid if data_folder.user else None,
        extra_groups=[] if data_folder.user else None,
        stderr=subprocess.DEVNULL,
    )
    await until(lambda: (found := running(data_folder.data)) is not None and found.ready, "the orphan")
    async with EmbeddedPostgres(short_folder / "postgres", durable=False) as heir:
        found = running(data_folder.data)
        assert found is not None
        assert (found.pid, heir.port) == (orphan.pid, port)
    assert await orphan.wait() == 0


async def test_survives_a_stale_pid_file(short_folder: Path) -> None:
    """A process with the number of a dead Postgres is not taken for a Postgres."""
    async with EmbeddedPostgres(short_folder / "postgres", durable=False) as first:
        data = first.data_folder.data
        content = (data / "postmaster.pid").read_text()
    (data / "postmaster.pid").write_text(content.replace(content.split()[0], str(os.getpid()), 1))
    assert running(data) is None
    async with EmbeddedPostgres(short_folder / "postgres", durable=False):
        assert running(data)


async def test_says_what_to_do_without_programs(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong setting is an error that names it, and no files are left."""
    monkeypatch.setenv(SETTING, str(short_folder))
    with pytest.raises(StackError, match=SETTING):
        await EmbeddedPostgres(short_folder / "postgres").start()
    assert not (short_folder / "postgres" / "data").exists()


async def test_data_lies_where_its_account_can_reach_it(tmp_path: Path) -> None:
    """Postgres runs on a folder that only we may enter: as root, data and programs lie elsewhere."""
    tmp_path.chmod(0o700)
    async with EmbeddedPostgres(tmp_path / "postgres", durable=False) as server:
        elsewhere = server.data_folder.real != tmp_path / "postgres"
        assert elsewhere == (os.geteuid() == 0)
        with psycopg.connect(server.url()) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
    server.data_folder.remove()
    assert not server.data_folder.real.exists()


async def test_a_stop_in_the_middle_of_a_start_leaves_nothing(short_folder: Path) -> None:
    """A cancelled start ends its server; the test repeats until a cancel comes early enough."""
    server = EmbeddedPostgres(short_folder / "postgres", durable=False)
    for _ in range(20):
        if await _stopped_while_starting(server):
            break
    else:
        pytest.fail("Postgres was always started before it could be stopped")
    assert running(server.data_folder.data) is None


async def _stopped_while_starting(server: EmbeddedPostgres) -> bool:
    starting = asyncio.create_task(server.start())
    await until((server.data_folder.data / "postmaster.pid").exists, "the server's pid file", every=0.001)
    starting.cancel()
    try:
        await starting
    except asyncio.CancelledError:
        return True
    await server.stop()
    return False
