"""What is told while a batch runs."""

from io import StringIO

from rich.console import Console

from deployments.demo.screens import LineScreen, LiveScreen, screen_for
from registration.states import JobStatus
from registration.steps import Step
from tests.deployments.demo.views import make_job, make_view, make_waiting_job


def lines(output: StringIO) -> list[str]:
    """What was printed, without the times."""
    return [line.partition(" s  ")[2] for line in output.getvalue().splitlines()]


def test_a_file_gets_lines_and_a_terminal_a_table() -> None:
    """Whatever reads a pipe is spared the drawing."""
    assert isinstance(screen_for(Console(file=StringIO())), LineScreen)
    assert isinstance(screen_for(Console(file=StringIO(), force_terminal=True)), LiveScreen)


def test_lines_say_what_changed_and_nothing_twice() -> None:
    """Where the restaurants are, in the order of the steps; each end with its reason, once."""
    output = StringIO()
    screen = LineScreen(Console(file=output, width=300))
    waiting = (make_waiting_job("A", Step.YOLO_CONFIG), make_waiting_job("B", Step.COMPANY_SELECTION))
    ended = make_job("Taco [Tāne]", JobStatus.FAILED, error_message="menuImport: nothing came")
    for _ in range(3):
        screen.show(make_view(*waiting, ended))
    assert lines(output) == [
        "Taco [Tāne]: failed: menuImport: nothing came",
        "1 waiting at Company Selection, 1 waiting at Yolo Mode Configuration; 12 of 36 sub-steps done",
    ]


def test_the_table_makes_room_for_a_conversation_and_comes_back() -> None:
    """The last picture stays below what was said."""
    output = StringIO()
    screen = LiveScreen(Console(file=output, width=100, force_terminal=True, color_system=None))
    view = make_view(make_job("Saffron Lane"))
    with screen.showing("Batch"):
        screen.show(view)
        with screen.aside():
            screen.console.print("Your name?")
        screen.show(view)
    told = output.getvalue()
    assert told.index("Saffron Lane") < told.index("Your name?") < told.rindex("Saffron Lane")
