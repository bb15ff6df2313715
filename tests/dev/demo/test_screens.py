"""The display of a running batch."""

from io import StringIO

import time_machine
from rich.console import Console

from dev.demo.screens import LineScreen, LiveScreen, screen_for
from registration.states import JobStatus
from registration.workflow.steps import Step
from tests.dev.demo.views import make_job, make_view, make_waiting_job


def printed_lines(output: StringIO) -> list[str]:
    """The printed lines without the times."""
    return [line.partition(" s  ")[2] for line in output.getvalue().splitlines()]


def test_a_file_gets_lines_and_a_terminal_a_table() -> None:
    """A pipe gets no redrawn table."""
    assert isinstance(screen_for(Console(file=StringIO())), LineScreen)
    assert isinstance(screen_for(Console(file=StringIO(), force_terminal=True)), LiveScreen)


def test_lines_report_each_change_once() -> None:
    """Number of restaurants completed and per step, in the order of the steps; each other end with its reason, once."""
    output = StringIO()
    screen = LineScreen(Console(file=output, width=300))
    waiting = (make_waiting_job("A", Step.YOLO_CONFIG), make_waiting_job("B", Step.COMPANY_SELECTION))
    ended = make_job("Taco [Tāne]", JobStatus.FAILED, error_message="menuImport: nothing came")
    completed = make_job("Saffron Lane", JobStatus.COMPLETED)
    for _ in range(3):
        screen.show(make_view(*waiting, ended, completed))
    assert printed_lines(output) == [
        "Taco [Tāne]: failed: menuImport: nothing came",
        "1 completed, 1 waiting at Company Selection, 1 waiting at Yolo Mode Configuration; 24 of 48 sub-steps done",
    ]


def test_the_table_makes_room_for_a_conversation_and_comes_back() -> None:
    """The last table is below the conversation."""
    output = StringIO()
    screen = LiveScreen(Console(file=output, width=100, force_terminal=True, color_system=None))
    view = make_view(make_job("Saffron Lane"))
    with screen.showing("Batch"):
        screen.show(view)
        with screen.aside():
            screen.console.print("Your name?")
        screen.show(view)
    printed = output.getvalue()
    assert printed.index("Saffron Lane") < printed.index("Your name?") < printed.rindex("Saffron Lane")


def test_lines_fit_80_columns_but_for_addresses() -> None:
    """A longer text is wrapped beside the time; an address stays in one piece."""
    output = StringIO()
    screen = LineScreen(Console(file=output, width=80))
    screen.say("answered [bold]Company selection[/] · " + 12 * "a restaurant, ")
    screen.show(make_view(make_job("Taco", JobStatus.FAILED, error_message=40 * "reason ")))
    assert max(map(len, output.getvalue().splitlines())) <= 80
    assert output.getvalue().splitlines()[1].startswith(8 * " ")
    screen.link("http://127.0.0.1:12345/" + 90 * "x")
    assert output.getvalue().splitlines()[-1] == "    http://127.0.0.1:12345/" + 90 * "x"


def test_the_lines_of_a_slow_batch_get_rarer() -> None:
    """The lines of ten minutes fit on a screen."""
    output = StringIO()
    with time_machine.travel(0, tick=False) as clock:
        screen = LineScreen(Console(file=output, width=80))
        for second in range(1200):
            gate = Step.COMPANY_SELECTION if second % 2 else Step.YOLO_CONFIG
            screen.show(make_view(make_waiting_job("A", gate)))
            clock.shift(0.5)
    assert len(output.getvalue().splitlines()) <= 14
