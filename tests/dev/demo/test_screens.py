"""What is told while a batch runs."""

from io import StringIO

import time_machine
from rich.console import Console

from dev.demo.screens import LineScreen, LiveScreen, screen_for
from registration.states import JobStatus
from registration.workflow.steps import Step
from tests.dev.demo.views import make_job, make_view, make_waiting_job


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


def test_lines_fit_80_columns_but_for_addresses() -> None:
    """What is longer goes on beside the time; an address is to be copied."""
    output = StringIO()
    screen = LineScreen(Console(file=output, width=80))
    screen.say("answered [bold]Company selection[/] · " + 12 * "a restaurant, ")
    screen.show(make_view(make_job("Taco", JobStatus.FAILED, error_message=40 * "reason ")))
    assert max(map(len, output.getvalue().splitlines())) <= 80
    assert output.getvalue().splitlines()[1].startswith(8 * " ")
    screen.link("http://127.0.0.1:12345/" + 90 * "x")
    assert output.getvalue().splitlines()[-1] == "    http://127.0.0.1:12345/" + 90 * "x"


def test_a_slow_batch_is_told_of_more_and_more_rarely() -> None:
    """Ten minutes are no more lines than a screen has."""
    output = StringIO()
    with time_machine.travel(0, tick=False) as clock:
        screen = LineScreen(Console(file=output, width=80))
        for look in range(1200):
            gate = Step.COMPANY_SELECTION if look % 2 else Step.YOLO_CONFIG
            screen.show(make_view(make_waiting_job("A", gate)))
            clock.shift(0.5)
    assert len(output.getvalue().splitlines()) <= 14
