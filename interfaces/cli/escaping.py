"""Escapes texts from outside, so that a terminal shows them and never executes them.

A name may contain escape sequences, which set the window's title, clear the screen or forge a link, and marks that
reverse the direction of the following text. Every command prints through `EscapingConsole`; `complain` and
`show_traceback` write to stderr without it.
"""

import sys
import traceback
import unicodedata
from collections.abc import Iterable
from types import TracebackType

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

_DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def without_control_characters(text: str) -> str:
    """`text` without direction marks and without control characters other than line feed and tab."""
    return "".join(
        character
        for character in text
        if character in "\n\t" or not (unicodedata.category(character) == "Cc" or character in _DIRECTION_MARKS)
    )


class EscapingConsole(Console):
    """A console that prints texts without control characters; its own colours and cursor movements stay."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The segments to print, escaped; all output of a console passes through this method."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else _escaped_segment(segment)


def complain(text: str) -> None:
    """Print one message of the program to stderr."""
    print(f"registration: {without_control_characters(text)}", file=sys.stderr)


def show_traceback(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print an unexpected error, as `sys.excepthook`; its text is escaped, because it may come from outside."""
    print(without_control_characters("".join(traceback.format_exception(kind, error, trace))), end="", file=sys.stderr)


def _escaped_segment(segment: Segment) -> Segment:
    style = segment.style
    if style is not None and style.link and without_control_characters(style.link) != style.link:
        style = style.update_link(without_control_characters(style.link))
    return Segment(without_control_characters(segment.text), style)
