"""Programs that start with all modules imported: each is forked from a prepared process."""

import asyncio
import importlib
import json
import os
import pty
import signal
import sys
import termios
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

from registration.kit.garbage_collection import leave_loaded_out
from tests.waiting import HANG, until

_IMPORTED = (
    "interfaces.cli.main",
    "interfaces.cli.commands.answer",
    "interfaces.cli.commands.watch",
    "interfaces.cli.commands.start",
    "interfaces.cli.conversation.session",
    "tasks.batch_runs",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
)


class ForkedProgram:
    """One program on its own pseudo terminal."""

    def __init__(self, pid: int, keyboard: int, server: "ForkServer") -> None:
        self.pid = pid
        self._keyboard = keyboard
        self._server = server
        self.output = ""
        self.has_ended = False

    def read_output(self) -> None:
        """Append the available output."""
        try:
            self.output += os.read(self._keyboard, 65536).decode(errors="replace")
        except OSError:
            self.has_ended = True
            asyncio.get_running_loop().remove_reader(self._keyboard)

    async def wait_for(self, words: str) -> None:
        """Wait until the output contains the words."""
        await until(lambda: words in self.output, f"the program to say {words!r}")

    def press(self, keys: str) -> None:
        """Send keys to the terminal, such as Ctrl-C."""
        os.write(self._keyboard, keys.encode())

    def hang_up(self) -> None:
        """Close the terminal."""
        asyncio.get_running_loop().remove_reader(self._keyboard)
        os.close(self._keyboard)
        self._keyboard = -1

    async def exit_code(self) -> int:
        """Wait for the program's end; a negative code is the number of a signal."""
        try:
            code = await self._server.code_of(self)
        except TimeoutError:
            raise AssertionError(f"it did not end: {self.output}") from None
        if self._keyboard >= 0:
            self.read_output()
        return code

    def terminal_is_restored(self) -> bool:
        """Whether line editing, echo and the cursor are on."""
        modes = termios.tcgetattr(self._keyboard)[3]
        cursor = self.output.rfind("\x1b[?25h") >= self.output.rfind("\x1b[?25l")
        return modes & termios.ICANON != 0 and modes & termios.ECHO != 0 and cursor

    def close(self) -> None:
        """Close the terminal, if it is open."""
        if self._keyboard >= 0:
            self.hang_up()


class ForkServer:
    """The prepared process, which runs one program at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @asynccontextmanager
    async def run_at_terminal(self, *arguments: str | UUID, **environment: str) -> AsyncGenerator[ForkedProgram]:
        """Run `registration …` on a new pseudo terminal."""
        keyboard, screen = pty.openpty()
        try:
            request = {"terminal": os.ttyname(screen), "arguments": [*map(str, arguments)], "environment": environment}
            pid = await self._ask(request)
            await until(lambda: os.tcgetpgrp(keyboard) == pid, "the program to have its terminal")
        finally:
            os.close(screen)
        program = ForkedProgram(pid, keyboard, self)
        asyncio.get_running_loop().add_reader(keyboard, program.read_output)
        try:
            yield program
        finally:
            program.close()

    async def code_of(self, program: ForkedProgram) -> int:
        """Wait for the program's end, and return its exit code."""
        async with asyncio.timeout(HANG):
            return await self._answer()

    async def _ask(self, request: Mapping[str, object]) -> int:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        async with asyncio.timeout(HANG):
            return await self._answer()

    async def _answer(self) -> int:
        assert self._process.stdout
        return int(await self._process.stdout.readline())


@asynccontextmanager
async def fork_server(**environment: str) -> AsyncGenerator[ForkServer]:
    """Start the prepared process, in which nothing else runs."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.interfaces.cli.forked_programs"),
        cwd=Path(__file__).parents[3],
        env=os.environ | environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield ForkServer(process)
    finally:
        process.kill()
        await process.wait()


def _serve() -> None:
    for name in _IMPORTED:
        importlib.import_module(name)
    # A collection in a program would copy every page that it shares with this process.
    leave_loaded_out()
    for line in sys.stdin:
        request = json.loads(line)
        pid = os.fork()
        if not pid:
            _run_program(request["terminal"], request["arguments"], request["environment"])
        os.write(1, f"{pid}\n".encode())
        os.write(1, f"{os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}\n".encode())


def _run_program(terminal: str, arguments: list[str], environment: dict[str, str]) -> None:
    code = 70
    try:
        # An interrupt before the handlers are installed stays pending, and reaches the program afterwards.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        os.setsid()
        screen = os.open(terminal, os.O_RDWR)
        for number in range(3):
            os.dup2(screen, number)
        sys.stdin = sys.__stdin__ = open(0, closefd=False)  # noqa: SIM115 (open until the program ends)
        sys.stdout = sys.__stdout__ = open(1, "w", buffering=1, closefd=False)  # noqa: SIM115 (open until the program ends)
        sys.stderr = sys.__stderr__ = open(2, "w", buffering=1, closefd=False)  # noqa: SIM115 (open until the program ends)
        os.environ.update(environment)
        sys.argv = ["registration", *arguments]
        from interfaces.cli.program import main

        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    _serve()
