"""The installed program on a pseudo terminal, or its conversation alone on a pipe."""

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

from interfaces.cli.conversation.session import ask_open_questions
from interfaces.cli.conversation.terminal import Terminal
from interfaces.cli.rendering.verdicts import AnswerOutcome
from interfaces.cli.session import CommandContext
from tests.interfaces.cli.conftest import Commands
from tests.waiting import HANG

_PLAIN = {"TERM": "dumb"}
"""No colours, and 80 columns."""


class TerminalProgram:
    """The installed program on its own pseudo terminal."""

    def __init__(self, process: asyncio.subprocess.Process, keyboard: int) -> None:
        self._process = process
        self._keyboard = keyboard
        self._changed = asyncio.Event()
        self._searched = 0
        self.output = ""

    def read_output(self) -> None:
        """Append the available output; a closed terminal has none."""
        try:
            self.output += os.read(self._keyboard, 65536).decode(errors="replace")
        except OSError:
            asyncio.get_running_loop().remove_reader(self._keyboard)
        self._changed.set()

    async def wait_for(self, words: str) -> None:
        """Wait until the words appear in the output after the words of the last call."""
        try:
            async with asyncio.timeout(HANG):
                while (position := self.output.find(words, self._searched)) < 0:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"{words!r} was not said after {self._searched}: {self.output}") from None
        self._searched = position + len(words)

    def type(self, *lines: str) -> None:
        """Type the lines, each with Enter."""
        self.press("".join(f"{line}\n" for line in lines))

    def press(self, keys: str) -> None:
        """Send keys to the terminal, such as Ctrl-C."""
        os.write(self._keyboard, keys.encode())

    async def exit_code(self) -> int:
        """Wait for the program's end."""
        return await asyncio.wait_for(self._process.wait(), HANG)


@asynccontextmanager
async def run_at_terminal(*arguments: str | UUID, **environment: str) -> AsyncGenerator[TerminalProgram]:
    """Start `registration …` in a process of its own."""
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
    running = TerminalProgram(process, keyboard)
    asyncio.get_running_loop().add_reader(keyboard, running.read_output)
    try:
        yield running
    finally:
        asyncio.get_running_loop().remove_reader(keyboard)
        os.close(keyboard)
        if process.returncode is None:
            process.kill()
        await process.wait()


def _with_this_terminal() -> None:
    """Make the terminal the controlling one of the program, so that Ctrl-C reaches it."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


async def converse(
    registration: Commands, batch_id: UUID, *lines: str, width: int = 140
) -> tuple[AnswerOutcome | None, str]:
    """The outcome and the output of a conversation in which these lines are typed."""
    reading, typing = os.pipe()
    os.write(typing, "".join(f"{line}\n" for line in lines).encode())
    os.close(typing)
    output = StringIO()
    context = CommandContext(registration.database, registration.organisation_id)
    try:
        terminal = Terminal(Console(file=output, width=width), reading)
        return await ask_open_questions(context, batch_id, "Mere", terminal), output.getvalue()
    finally:
        os.close(reading)
