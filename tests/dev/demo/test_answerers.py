"""The answerer of the demo: its script, or a person."""

from io import StringIO

from rich.console import Console

from dev.demo.answerers import PointingAnswerer, ScriptedAnswerer, answerer_for
from dev.demo.screens import LineScreen

NOBODY = "http://127.0.0.1:9/api"


def test_the_script_answers_unless_ask_is_set() -> None:
    """`ASK=1` without a terminal decides nothing: the gates wait for the browser."""
    screen = LineScreen(Console(file=StringIO()))
    assert isinstance(answerer_for((), screen, ask=False), ScriptedAnswerer)
    assert isinstance(answerer_for((), screen, ask=True), PointingAnswerer)
