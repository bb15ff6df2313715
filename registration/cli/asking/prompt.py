"""Asking for a line, from which one can always go back or quit."""

from collections.abc import Sequence

from rich.markup import escape
from rich.text import Text

from registration.cli.terminal import Terminal

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
