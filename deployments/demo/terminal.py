"""Asking on the terminal of the demo: the line that is typed, or a default."""

import getpass

from rich.console import Console

from deployments.demo.errors import DemoError
from registration.cli import terminal


class Terminal:
    """A console to print on and a file descriptor to read typed lines from."""

    def __init__(self, console: Console, source: int) -> None:
        self.console = console
        self._terminal = terminal.Terminal(console, source)

    async def ask(self, prompt: str, default: str = "") -> str:
        """The line that is typed, without blanks around it; `default` if it is empty. Raises DemoError at the end."""
        try:
            return await self._terminal.line(prompt) or default
        except terminal.TerminalClosed as closed:
            raise DemoError(f"{closed.message} before all gates were answered") from closed


def own_name() -> str:
    """Who sits here, as the system knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "a person"
