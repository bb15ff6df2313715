"""Output that nobody reads, and arguments that are no text, as the installed program meets them."""

import asyncio
import io
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from interfaces.cli.main import run
from interfaces.cli.process.streams import DONE, FAILED, WRONG_USE
from registration.settings import settings
from tests.interfaces.cli.conftest import Commands
from tests.waiting import HANG

PROGRAM = Path(sys.executable).parent / "registration"
NO_UTF8 = os.fsdecode(b"caf\xe9")


async def ended(arguments: Sequence[str], stdout: int, stderr: int = subprocess.PIPE) -> tuple[int | None, str]:
    """How the program ended, and what it said on stderr."""
    process = await asyncio.create_subprocess_exec(PROGRAM, *arguments, stdout=stdout, stderr=stderr)
    _, said = await asyncio.wait_for(process.communicate(), HANG)
    return process.returncode, (said or b"").decode()


def unread() -> int:
    """A pipe whose reader has gone."""
    reading, writing = os.pipe()
    os.close(reading)
    return writing


@pytest.mark.parametrize(
    "arguments",
    [
        ["gates"], ["gates", "--json"], ["batches"], ["batches", "--json"], ["settings"], ["db", "status"],
        ["clean-query", "--name", "Kai"], ["doctor", "--json"], ["--help"], ["gates", "--help"], ["--version"],
    ],
)  # fmt: skip
async def test_who_stops_reading_ends_the_command_quietly(registration: Commands, arguments: list[str]) -> None:
    """As programs of Unix end: by SIGPIPE, and without a word."""
    assert await ended(arguments, unread()) == (-signal.SIGPIPE, "")


async def test_nobody_needs_to_read_the_errors(registration: Commands) -> None:
    """Nor is there a traceback when they cannot be told."""
    nowhere = unread()
    code, _ = await ended(["show", "12345678"], nowhere, nowhere)
    assert code == -signal.SIGPIPE


async def test_a_full_disk_is_one_line(registration: Commands) -> None:
    """What failed, and why."""
    said = await ended(["gates", "--json"], os.open("/dev/full", os.O_WRONLY))
    assert said == (FAILED, "registration: the output cannot be written: No space left on device\n")


async def test_output_that_is_closed_goes_nowhere(registration: Commands) -> None:
    """As cron may start it."""
    closed = await asyncio.create_subprocess_exec("sh", "-c", f"exec {PROGRAM} gates >&- 2>&-")
    assert await asyncio.wait_for(closed.wait(), HANG) == DONE


async def test_output_of_another_encoding_is_escaped(registration: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of ASCII gets a name with a macron, escaped."""
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    process = await asyncio.create_subprocess_exec(PROGRAM, "clean-query", "--name", "Whetū", stdout=subprocess.PIPE)
    said, _ = await asyncio.wait_for(process.communicate(), HANG)
    assert (process.returncode, b"Whet\\u016b" in said) == (DONE, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["start", "--name", NO_UTF8], ["db", "organisation", NO_UTF8], ["credentials", "show", NO_UTF8],
        ["import", NO_UTF8], ["show", NO_UTF8], [NO_UTF8], ["gates", NO_UTF8], ["answer", "1", f"--file={NO_UTF8}"],
    ],
)  # fmt: skip
def test_an_argument_that_is_no_utf8_is_wrong_use(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Said in one line that shows which one."""
    assert run(arguments) == WRONG_USE
    said = capsys.readouterr().err
    assert said.startswith("registration: the argument '")
    assert "caf\\xe9' is not UTF-8 text" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("piped, code", [(b"Se\xf1ame-123\n", WRONG_USE), (b"Sesame-123\r\n", DONE)])
async def test_a_password_from_a_pipe_is_one_line_of_text(
    registration: Commands, monkeypatch: pytest.MonkeyPatch, piped: bytes, code: int
) -> None:
    """Without the end of the line, whatever system wrote it."""
    monkeypatch.setenv("REGISTRATION_ENCRYPTION_KEYS", Fernet.generate_key().decode())
    settings.cache_clear()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(piped), encoding="utf-8"))
    said = await registration("credentials", "set", "mere@example.nz")
    assert (said.code, "UTF-8" in said.err) == (code, code == WRONG_USE)
    if code == DONE:
        shown = await registration("credentials", "show", "mere@example.nz", "--json")
        assert shown.json["password"] == "Sesame-123"
