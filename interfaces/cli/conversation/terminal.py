"""Questions at the terminal that do not block the event loop, and from which one can go back or quit."""

import asyncio
import os
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from registration.errors import PersonMustAct

_AT_ONCE = 4096


class TerminalClosed(PersonMustAct):
    """Nobody types any more."""


class Terminal:
    """A console to print on and a file descriptor to read typed lines from."""

    def __init__(self, console: Console, source: int) -> None:
        self.console = console
        self._source = source
        self._typed = b""
        self.asks = False
        """Whether it waits for a line, and reads what is typed itself."""

    def keep(self, typed: bytes) -> None:
        """What was typed ahead and read elsewhere: for the next lines."""
        self._typed += typed

    async def line(self, prompt: str) -> str:
        """The line that is typed, without blanks around it. Raises TerminalClosed at the end of the input.

        `prompt` may have markup of rich's; texts from outside are escaped by whoever puts them in.
        """
        self.console.print(f"[bold cyan]{prompt}[/]", end="")
        self.console.print(" ", end="")
        self.asks = True
        try:
            while b"\n" not in self._typed:
                await self._readable()
                self._typed += self._read()
        finally:
            self.asks = False
        line, _, self._typed = self._typed.partition(b"\n")
        return line.decode(errors="replace").strip()

    def _read(self) -> bytes:
        try:
            more = os.read(self._source, _AT_ONCE)
        except OSError as error:
            raise TerminalClosed("the terminal was closed") from error
        if not more:
            raise TerminalClosed("the terminal was closed")
        return more

    async def _readable(self) -> None:
        loop, readable = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._source, readable.set)
        try:
            await readable.wait()
        finally:
            loop.remove_reader(self._source)


BACK, QUIT = ("b", ":b"), ("q", ":q")


class Back(Exception):
    """Whoever answers wants to see the question before."""


class Quit(Exception):
    """Whoever answers wants to stop; nothing is written."""


class Prompt:
    """What the conversation asks with."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self.console = terminal.console

    async def key(self, offered: str) -> str:
        """A choice. Raises Back for b, Quit for q."""
        return _unless_leaving(await self._terminal.line(escape(f"{offered}, b back, q quit:")), BACK, QUIT)

    async def text(self, what: str) -> str:
        """A text, in which a b is a b. Raises Back for :b, Quit for :q."""
        return _unless_leaving(await self._terminal.line(escape(f"{what} (:b back, :q quit):")), BACK[1:], QUIT[1:])

    def say(self, text: str, style: str = "") -> None:
        """A line of text, whatever it contains."""
        self.console.print(Text(text, style=style))


def _unless_leaving(typed: str, back: Sequence[str], leave: Sequence[str]) -> str:
    if typed.lower() in back:
        raise Back
    if typed.lower() in leave:
        raise Quit
    return typed
