"""Asking on the terminal without keeping the event loop from anything, so that a question can be given up."""

import asyncio
import getpass
import os

from rich.console import Console

from deployments.demo.errors import DemoError

_AT_ONCE = 4096


class Terminal:
    """A console to print on and a file descriptor to read typed lines from."""

    def __init__(self, console: Console, source: int) -> None:
        self.console = console
        self._source = source
        self._typed = b""

    async def ask(self, prompt: str, default: str = "") -> str:
        """The line that is typed, without blanks around it; `default` if it is empty. Raises DemoError at the end."""
        self.console.print(f"[bold cyan]{prompt}[/] ", end="")
        return (await self._line()).strip() or default

    async def _line(self) -> str:
        while b"\n" not in self._typed:
            await self._readable()
            more = os.read(self._source, _AT_ONCE)
            if not more:
                raise DemoError("the terminal was closed before all gates were answered")
            self._typed += more
        line, _, self._typed = self._typed.partition(b"\n")
        return line.decode(errors="replace")

    async def _readable(self) -> None:
        loop, readable = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._source, readable.set)
        try:
            await readable.wait()
        finally:
            loop.remove_reader(self._source)


def own_name() -> str:
    """Who sits here, as the system knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "a person"
