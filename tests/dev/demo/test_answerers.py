"""Who answers an open gate of the demo."""

from io import StringIO
from uuid import uuid4

from prefect.client.orchestration import PrefectClient
from rich.console import Console

from dev.demo.answerers import PointingAnswerer, ScriptedAnswerer, answerer_for
from dev.demo.screens import LineScreen
from dev.gate_forms.client import GateForms, OpenGate

NOBODY = "http://127.0.0.1:9/api"


def test_the_script_answers_unless_a_person_is_asked_for() -> None:
    """With `ASK=1` and no terminal nobody can be asked here, and nothing is decided by itself."""
    screen = LineScreen(Console(file=StringIO()))
    assert isinstance(answerer_for((), screen, ask=False), ScriptedAnswerer)
    assert isinstance(answerer_for((), screen, ask=True), PointingAnswerer)


async def test_without_a_terminal_a_person_is_told_where_to_answer() -> None:
    """Once for each round; the gate waits in the Prefect UI, and its server is not even asked."""
    said = StringIO()
    screen, answerer = LineScreen(Console(file=said, width=200)), PointingAnswerer()
    gate_forms = GateForms(PrefectClient(NOBODY))
    rounds = [OpenGate(uuid4(), f"Company selection · round {number}", f"http://ui/{number}", ()) for number in (1, 2)]
    for gate in (rounds[0], rounds[0], rounds[1]):
        await answerer.answer(gate_forms, gate, screen)
    told = [line.rpartition(" s  ")[2].strip() for line in said.getvalue().splitlines()]
    assert told == [
        "Company selection · round 1: answer it at",
        "http://ui/1",
        "Company selection · round 2: answer it at",
        "http://ui/2",
    ]
