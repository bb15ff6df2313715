"""Texts from outside on a terminal: they are seen, and never obeyed.

A name may hold escape sequences, which set the window's title, clear the screen or forge a link, and marks that turn
the order of what follows. `HarmlessConsole` is what every command prints with; `complain` and `show_traceback` are
what goes to stderr without it.
"""

import sys
import traceback
import unicodedata
from collections.abc import Iterable
from types import TracebackType

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def harmless(text: str) -> str:
    """`text` without control characters, but for line feed and tab, and without marks of direction."""
    return "".join(one for one in text if one in "\n\t" or not (unicodedata.category(one) == "Cc" or one in _TURNING))


class HarmlessConsole(Console):
    """Prints what it is given without control characters; its own colours and cursor movements stay."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """What is printed, piece by piece: everything that a console prints comes through here."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else _harmless_segment(segment)


def complain(text: str) -> None:
    """One remark of the program on stderr."""
    print(f"registration: {harmless(text)}", file=sys.stderr)


def show_traceback(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """An error that nobody expected, as `sys.excepthook` is given it: its text may come from outside too."""
    print(harmless("".join(traceback.format_exception(kind, error, trace))), end="", file=sys.stderr)


def _harmless_segment(segment: Segment) -> Segment:
    style = segment.style
    if style is not None and style.link and harmless(style.link) != style.link:
        style = style.update_link(harmless(style.link))
    return Segment(harmless(segment.text), style)
