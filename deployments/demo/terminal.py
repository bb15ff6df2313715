"""Asking on the terminal of the demo: the line that is typed, or a default."""

import getpass
from contextlib import AbstractAsyncContextManager

from rich.console import Console

from deployments.demo.errors import TerminalLeft
from registration.cli import terminal
from registration.cli.terminal_input import interrupted_by_end_of_input


class Terminal:
    """A console to print on and a file descriptor to read typed lines from."""

    def __init__(self, console: Console, source: int) -> None:
        self.console = console
        self._terminal = terminal.Terminal(console, source)

    async def ask(self, prompt: str, default: str = "") -> str:
        """The line that is typed, without blanks around it; `default` if empty. Raises TerminalLeft at the end."""
        try:
            return await self._terminal.line(prompt) or default
        except terminal.TerminalClosed as closed:
            raise TerminalLeft(f"{closed.message} before all gates were answered") from closed

    def listening(self) -> AbstractAsyncContextManager[None]:
        """For as long as something may be asked: its end interrupts the program also between the questions."""
        return interrupted_by_end_of_input(self._terminal)


def own_name() -> str:
    """Who sits here, as the system knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "a person"
