"""Prompts at the terminal that do not block the event loop and accept the keys for back and quit."""

import asyncio
import os
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from registration.errors import PersonMustAct

_AT_ONCE = 4096
BACK, QUIT = ("b", ":b"), ("q", ":q")


class TerminalClosed(PersonMustAct):
    """The terminal was closed, or its input has ended."""


class Terminal:
    """A console to print on and a file descriptor to read typed lines from."""

    def __init__(self, console: Console, source: int) -> None:
        self.console = console
        self._source = source
        self._typed = b""
        self.waits_for_line = False
        """Whether `line` waits for input; meanwhile nothing else may read from the terminal."""

    def prepend(self, typed: bytes) -> None:
        """Keep input that was typed early and read elsewhere; the next lines are taken from it."""
        self._typed += typed

    async def line(self, prompt: str) -> str:
        """The next typed line, without surrounding blanks. Raises TerminalClosed at the end of the input.

        `prompt` may contain rich markup; the caller escapes texts from outside.
        """
        self.console.print(f"[bold cyan]{prompt}[/]", end="")
        self.console.print(" ", end="")
        self.waits_for_line = True
        try:
            while b"\n" not in self._typed:
                await self._readable()
                self._typed += self._read()
        finally:
            self.waits_for_line = False
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


class Back(Exception):
    """The person asked for the previous question."""


class Quit(Exception):
    """The person ended the conversation; nothing is written."""


class Prompt:
    """The prompts of a conversation: a choice, a text, and printed lines."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self.console = terminal.console

    async def key(self, choices: str) -> str:
        """The typed choice. Raises Back for b, Quit for q."""
        return _refuse_navigation(await self._terminal.line(escape(f"{choices}, b back, q quit:")), BACK, QUIT)

    async def text(self, field: str) -> str:
        """The typed text, which may be "b" or "q". Raises Back for :b, Quit for :q."""
        return _refuse_navigation(await self._terminal.line(escape(f"{field} (:b back, :q quit):")), BACK[1:], QUIT[1:])

    def print(self, text: str, style: str = "") -> None:
        """Print a line of text, without interpreting markup in it."""
        self.console.print(Text(text, style=style))


def _refuse_navigation(typed: str, back: Sequence[str], leave: Sequence[str]) -> str:
    if typed.lower() in back:
        raise Back
    if typed.lower() in leave:
        raise Quit
    return typed
