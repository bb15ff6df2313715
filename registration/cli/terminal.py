"""Asking on the terminal without keeping the event loop from anything, so that a question can be given up."""

import asyncio
import os

from rich.console import Console

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
