"""Closed output and arguments that are not UTF-8, with the installed program."""

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


async def run_program(arguments: Sequence[str], stdout: int, stderr: int = subprocess.PIPE) -> tuple[int | None, str]:
    """The exit code of the program, and its stderr."""
    process = await asyncio.create_subprocess_exec(PROGRAM, *arguments, stdout=stdout, stderr=stderr)
    _, result = await asyncio.wait_for(process.communicate(), HANG)
    return process.returncode, (result or b"").decode()


def closed_pipe() -> int:
    """The write end of a pipe whose reader has gone."""
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
async def test_a_reader_that_has_gone_ends_the_command_silently(registration: Commands, arguments: list[str]) -> None:
    """By SIGPIPE, as Unix programs end."""
    assert await run_program(arguments, closed_pipe()) == (-signal.SIGPIPE, "")


async def test_errors_without_a_reader_end_the_command_silently(registration: Commands) -> None:
    """Without a traceback."""
    nowhere = closed_pipe()
    code, _ = await run_program(["show", "12345678"], nowhere, nowhere)
    assert code == -signal.SIGPIPE


async def test_a_full_disk_is_one_line(registration: Commands) -> None:
    """With the system's error."""
    result = await run_program(["gates", "--json"], os.open("/dev/full", os.O_WRONLY))
    assert result == (FAILED, "registration: the output cannot be written: No space left on device\n")


async def test_output_to_a_closed_stream_is_discarded(registration: Commands) -> None:
    """As cron may start the program."""
    closed = await asyncio.create_subprocess_exec("sh", "-c", f"exec {PROGRAM} gates >&- 2>&-")
    assert await asyncio.wait_for(closed.wait(), HANG) == DONE


async def test_output_of_another_encoding_is_escaped(registration: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """A macron in an ASCII terminal."""
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    process = await asyncio.create_subprocess_exec(PROGRAM, "clean-query", "--name", "Whetū", stdout=subprocess.PIPE)
    result, _ = await asyncio.wait_for(process.communicate(), HANG)
    assert (process.returncode, b"Whet\\u016b" in result) == (DONE, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["start", "--name", NO_UTF8], ["db", "organisation", NO_UTF8], ["credentials", "show", NO_UTF8],
        ["import", NO_UTF8], ["show", NO_UTF8], [NO_UTF8], ["gates", NO_UTF8], ["answer", "1", f"--file={NO_UTF8}"],
    ],
)  # fmt: skip
def test_an_argument_that_is_no_utf8_is_wrong_use(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """One line shows the argument."""
    assert run(arguments) == WRONG_USE
    result = capsys.readouterr().err
    assert result.startswith("registration: the argument '")
    assert "caf\\xe9' is not UTF-8 text" in result
    assert result.count("\n") == 1


@pytest.mark.parametrize("piped, code", [(b"Se\xf1ame-123\n", WRONG_USE), (b"Sesame-123\r\n", DONE)])
async def test_a_password_from_a_pipe_is_one_line_of_text(
    registration: Commands, monkeypatch: pytest.MonkeyPatch, piped: bytes, code: int
) -> None:
    """Without the line ending of any system."""
    monkeypatch.setenv("REGISTRATION_ENCRYPTION_KEYS", Fernet.generate_key().decode())
    settings.cache_clear()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(piped), encoding="utf-8"))
    result = await registration("credentials", "set", "mere@example.nz")
    assert (result.code, "UTF-8" in result.err) == (code, code == WRONG_USE)
    if code == DONE:
        shown = await registration("credentials", "show", "mere@example.nz", "--json")
        assert shown.json["password"] == "Sesame-123"
