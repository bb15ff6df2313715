"""A person at a terminal: the installed program on a pseudo terminal, or its conversation alone on a pipe."""

import asyncio
import fcntl
import os
import pty
import sys
import termios
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from io import StringIO
from pathlib import Path
from uuid import UUID

from rich.console import Console

from interfaces.cli.conversation.session import ask
from interfaces.cli.conversation.terminal import Terminal
from interfaces.cli.pages.verdicts import Answered
from interfaces.cli.session import CommandContext
from tests.interfaces.cli.conftest import Commands
from tests.waiting import HANG

_PLAIN = {"TERM": "dumb"}
"""No colours, and 80 columns."""


class AtTerminal:
    """The program as it runs on a terminal of its own."""

    def __init__(self, process: asyncio.subprocess.Process, keyboard: int) -> None:
        self._process = process
        self._keyboard = keyboard
        self._changed = asyncio.Event()
        self._read = 0
        self.said = ""

    def hear(self) -> None:
        """Take in what it says now; a closed terminal says nothing more."""
        try:
            self.said += os.read(self._keyboard, 65536).decode(errors="replace")
        except OSError:
            asyncio.get_running_loop().remove_reader(self._keyboard)
        self._changed.set()

    async def until(self, words: str) -> None:
        """Wait until it has said so, after what was waited for before."""
        try:
            async with asyncio.timeout(HANG):
                while (found := self.said.find(words, self._read)) < 0:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"{words!r} was not said after {self._read}: {self.said}") from None
        self._read = found + len(words)

    def type(self, *lines: str) -> None:
        """Type the lines, each with Enter."""
        self.press("".join(f"{line}\n" for line in lines))

    def press(self, keys: str) -> None:
        """Press keys, as Ctrl-C."""
        os.write(self._keyboard, keys.encode())

    async def ended(self) -> int:
        """Its exit code."""
        return await asyncio.wait_for(self._process.wait(), HANG)


@asynccontextmanager
async def at_terminal(*arguments: str | UUID, **environment: str) -> AsyncGenerator[AtTerminal]:
    """`registration …` in a process of its own."""
    keyboard, screen = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        Path(sys.executable).parent / "registration",
        *map(str, arguments),
        stdin=screen,
        stdout=screen,
        stderr=screen,
        env=os.environ | _PLAIN | environment,
        preexec_fn=_with_this_terminal,
    )
    os.close(screen)
    running = AtTerminal(process, keyboard)
    asyncio.get_running_loop().add_reader(keyboard, running.hear)
    try:
        yield running
    finally:
        asyncio.get_running_loop().remove_reader(keyboard)
        os.close(keyboard)
        if process.returncode is None:
            process.kill()
        await process.wait()


def _with_this_terminal() -> None:
    """Ctrl-C goes to the program whose terminal it is."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


async def asked(registration: Commands, batch_id: UUID, *lines: str, width: int = 140) -> tuple[Answered | None, str]:
    """What became of a conversation in which these lines were typed, and all that it showed."""
    reading, typing = os.pipe()
    os.write(typing, "".join(f"{line}\n" for line in lines).encode())
    os.close(typing)
    output = StringIO()
    context = CommandContext(registration.database, registration.organisation_id)
    try:
        terminal = Terminal(Console(file=output, width=width), reading)
        return await ask(context, batch_id, "Mere", terminal), output.getvalue()
    finally:
        os.close(reading)
