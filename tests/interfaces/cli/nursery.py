"""Programs that begin with everything imported: a process that was prepared once is forked for each of them."""

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

from tests.waiting import HANG, until

_IMPORTED = (
    "interfaces.cli.main",
    "interfaces.cli.commands.answer",
    "interfaces.cli.commands.watch",
    "interfaces.cli.commands.start",
    "interfaces.cli.conversation.session",
    "tasks.batch_runs",
)


class Pressed:
    """One program on a terminal of its own."""

    def __init__(self, pid: int, keyboard: int, nursery: "Nursery") -> None:
        self.pid = pid
        self._keyboard = keyboard
        self._nursery = nursery
        self.said = ""
        self.gone = False

    def hear(self) -> None:
        """Take in what it says now."""
        try:
            self.said += os.read(self._keyboard, 65536).decode(errors="replace")
        except OSError:
            self.gone = True
            asyncio.get_running_loop().remove_reader(self._keyboard)

    async def until(self, words: str) -> None:
        """Wait until it has said so."""
        await until(lambda: words in self.said, f"the program to say {words!r}")

    def press(self, keys: str) -> None:
        """Press keys, as Ctrl-C."""
        os.write(self._keyboard, keys.encode())

    def hang_up(self) -> None:
        """Close the terminal."""
        asyncio.get_running_loop().remove_reader(self._keyboard)
        os.close(self._keyboard)
        self._keyboard = -1

    async def ended(self) -> int:
        """Its exit code; negative, the number of the signal that ended it."""
        try:
            code = await self._nursery.code_of(self)
        except TimeoutError:
            raise AssertionError(f"it did not end: {self.said}") from None
        if self._keyboard >= 0:
            self.hear()
        return code

    def sane(self) -> bool:
        """Whether lines are edited and shown as they are typed, and the cursor is visible."""
        modes = termios.tcgetattr(self._keyboard)[3]
        cursor = self.said.rfind("\x1b[?25h") >= self.said.rfind("\x1b[?25l")
        return modes & termios.ICANON != 0 and modes & termios.ECHO != 0 and cursor

    def close(self) -> None:
        """The terminal is not needed any more."""
        if self._keyboard >= 0:
            self.hang_up()


class Nursery:
    """The prepared process; it starts one program at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @asynccontextmanager
    async def at_terminal(self, *arguments: str | UUID, **environment: str) -> AsyncGenerator[Pressed]:
        """`registration …`, with everything imported."""
        keyboard, screen = pty.openpty()
        try:
            asked = {"terminal": os.ttyname(screen), "arguments": [*map(str, arguments)], "environment": environment}
            pid = await self._ask(asked)
            await until(lambda: os.tcgetpgrp(keyboard) == pid, "the program to have its terminal")
        finally:
            os.close(screen)
        program = Pressed(pid, keyboard, self)
        asyncio.get_running_loop().add_reader(keyboard, program.hear)
        try:
            yield program
        finally:
            program.close()

    async def code_of(self, program: Pressed) -> int:
        """Wait for its end."""
        async with asyncio.timeout(HANG):
            return await self._answer()

    async def _ask(self, asked: Mapping[str, object]) -> int:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(asked).encode() + b"\n")
        async with asyncio.timeout(HANG):
            return await self._answer()

    async def _answer(self) -> int:
        assert self._process.stdout
        return int(await self._process.stdout.readline())


@asynccontextmanager
async def nursery(**environment: str) -> AsyncGenerator[Nursery]:
    """Prepared in a process of its own, in which nothing else runs."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.interfaces.cli.nursery"),
        cwd=Path(__file__).parents[3],
        env=os.environ | environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Nursery(process)
    finally:
        process.kill()
        await process.wait()


def _serve() -> None:
    for name in _IMPORTED:
        importlib.import_module(name)
    for line in sys.stdin:
        asked = json.loads(line)
        pid = os.fork()
        if not pid:
            _be_the_program(asked["terminal"], asked["arguments"], asked["environment"])
        os.write(1, f"{pid}\n".encode())
        os.write(1, f"{os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}\n".encode())


def _be_the_program(terminal: str, arguments: list[str], environment: dict[str, str]) -> None:
    code = 70
    try:
        # What is pressed from the first moment on reaches the program.
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
