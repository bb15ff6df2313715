"""`make up`: Ctrl-C, Ctrl-D, SIGTERM and a closed terminal leave no process running, and the next start works."""

import asyncio
import fcntl
import os
import pty
import re
import shutil
import signal
import sys
import termios
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from dev.stack.environment import base_environment
from tests.deployments.processes import linux_only, working_in
from tests.waiting import HANG, until

pytestmark = [pytest.mark.faults, pytest.mark.slow]

_SERVERS_PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/local/sbin:/usr/sbin"
_START_LIMIT = 400.0
"""Seconds: the start of a whole stack is several waits, of which each may take long on a busy machine."""


@dataclass(frozen=True)
class Up:
    """A running `make up`, and the other end of the terminal that it reads."""

    process: asyncio.subprocess.Process
    keyboard: int

    def ctrl_c(self) -> None:
        """The terminal sends the signal to every process in it."""
        os.killpg(self.process.pid, signal.SIGINT)

    def ctrl_d(self) -> None:
        """The end of the input."""
        os.write(self.keyboard, b"\x04")

    def terminate(self) -> None:
        """What a supervisor does."""
        os.killpg(self.process.pid, signal.SIGTERM)

    def close_terminal(self) -> None:
        """The terminal goes, and the kernel sends SIGHUP to the processes in it."""
        os.close(self.keyboard)

    async def ended(self) -> int:
        """The exit code."""
        return await asyncio.wait_for(self.process.wait(), HANG)


@asynccontextmanager
async def up_in(folder: Path, *arguments: str) -> AsyncGenerator[Up]:
    """`make up` on a folder of its own; its output goes to the file `output`. A failing test leaves no process."""
    keyboard, screen = pty.openpty()
    with (folder / "output").open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "dev.stack", "--folder", str(folder / "local"), *arguments),
            env=base_environment(allow_external=False),
            stdin=screen,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=_take_terminal,
        )
    os.close(screen)
    try:
        yield Up(process, keyboard)
    finally:
        with suppress(OSError):
            os.close(keyboard)
        if process.returncode is None:
            process.kill()
            await process.wait()


def _take_terminal() -> None:
    """The input becomes the terminal that controls the new session, as in a window of a person."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


async def reach(up: Up, sign: Path, folder: Path) -> None:
    """Wait until the start has created this file; fails with the output if the start ends before."""
    process = up.process
    await until(lambda: sign.exists() or process.returncode is not None, f"a start with {sign.name}", _START_LIMIT)
    assert process.returncode is None, (folder / "output").read_text()


@linux_only
@pytest.mark.parametrize(
    "moment, interrupt, code",
    [
        ("postgres/data", Up.ctrl_c, 130),
        ("prefect-server.log", Up.close_terminal, 129),
        ("sandbox.log", Up.ctrl_c, 130),
    ],
)
async def test_an_interrupted_start_leaves_nothing_running(
    short_folder: Path, moment: str, interrupt: Callable[[Up], None], code: int
) -> None:
    """The part that is starting is stopped, with all parts started before."""
    async with up_in(short_folder) as up:
        await reach(up, short_folder / "local" / moment, short_folder)
        interrupt(up)
        assert await up.ended() == code
    assert working_in(short_folder) == []
    assert "make up: interrupted; " in (short_folder / "output").read_text()


async def api_is_ready(environment: str) -> None:
    """The REST API answers at the address of the file, with database and Prefect server."""
    [port] = re.findall(r"^export REGISTRATION_API_PORT=(\d+)$", environment, re.MULTILINE)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        ready = await client.get("/api/ready")
    assert (ready.status_code, "REGISTRATION_API_JWT_SECRET=" in environment) == (200, True), ready.text


async def console_opens(output: Path) -> None:
    """The first address of the output signs somebody in."""
    await until(lambda: "Prefect UI" in output.read_text(), "the addresses to be printed")
    [address, secret] = re.findall(r"http://\S+", output.read_text())[0].split("#")
    async with httpx.AsyncClient() as client:
        headers = {"Sec-Fetch-Site": "same-origin"}
        signed_in = await client.post(address, data={"link": secret}, headers=headers)
    assert (signed_in.status_code, "set-cookie" in signed_in.headers) == (303, True), signed_in.text


async def workers_are_apart(folder: Path, count: int) -> None:
    """Several workers poll for work, and no two share a working folder or a Prefect home."""
    names = (
        [f"worker-registration-{number}" for number in range(1, count + 1)] if count > 1 else ["worker-registration"]
    )
    for name in names:
        await until(lambda log=folder / f"{name}.log": "started!" in log.read_text(), f"{name} to poll")
    homes = list(folder.glob("worker-registration-*/prefect"))
    assert sorted(home.parent.name for home in homes) == (names if count > 1 else [])
    assert all(len(working_in(home.parent)) == 1 for home in homes)


@linux_only
async def test_the_running_stack_stops_with_everything_and_starts_again(short_folder: Path) -> None:
    """After Ctrl-D, or SIGTERM, no process runs; the second start finds the data and keeps the addresses.

    The REST API runs with it, and the console, whose sign-in link is the first address that is printed. The second
    start has two workers for batches, each in a folder of its own.
    """
    addresses: list[str] = []
    for interrupt, code, workers in ((Up.ctrl_d, 130, 1), (Up.terminate, 143, 2)):
        async with up_in(short_folder, "--workers", str(workers)) as up:
            await reach(up, short_folder / "local" / "environment", short_folder)
            addresses.append((short_folder / "local" / "environment").read_text())
            await api_is_ready(addresses[-1])
            await console_opens(short_folder / "output")
            await workers_are_apart(short_folder / "local", workers)
            interrupt(up)
            assert await up.ended() == code
        assert working_in(short_folder) == []
    [first, second] = [[line for line in each.splitlines() if "DATABASE_URL" in line] for each in addresses]
    assert first == second


@linux_only
async def test_a_killed_stack_takes_its_servers_along(short_folder: Path) -> None:
    """After `kill -9` the kernel ends each server."""
    async with up_in(short_folder) as up:
        await reach(up, short_folder / "local" / "prefect-server.log", short_folder)
        up.process.kill()
        await up.process.wait()
    await until(lambda: working_in(short_folder) == [], "the servers to end")


@linux_only
@pytest.mark.operations
async def test_two_prefect_servers_end_with_their_load_balancer(short_folder: Path) -> None:
    """The API is ready through the load balancer; when that dies, `make up` names it and stops everything."""
    if any(shutil.which(name, path=_SERVERS_PATH) is None for name in ("redis-server", "haproxy")):
        # Only `make test-operations` needs them, and the project installs no packages of the system.
        pytest.skip("the system's packages redis-server and haproxy are not installed")
    async with up_in(short_folder, "--servers", "2") as up:
        await reach(up, short_folder / "local" / "environment", short_folder)
        await api_is_ready((short_folder / "local" / "environment").read_text())
        [balancer] = [one.split() for one in working_in(short_folder) if "haproxy" in one]
        os.kill(int(balancer[0]), signal.SIGKILL)
        assert await up.ended() == 1
    assert working_in(short_folder) == []
    assert "make up: load-balancer ended with code -9" in (short_folder / "output").read_text()


@pytest.mark.parametrize("option, number", [("--workers", "17"), ("--servers", "two"), ("--servers", "0")])
async def test_a_number_that_cannot_be_is_refused_in_words(short_folder: Path, option: str, number: str) -> None:
    """Before anything starts."""
    async with up_in(short_folder, option, number) as up:
        assert await up.ended() == 2
    assert f"'{number}' is no number of {option[2:]}: give 1 to " in (short_folder / "output").read_text()
    assert not (short_folder / "local").exists()
