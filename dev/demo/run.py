"""`make demo`: the whole registration on a temporary stack; afterwards only the printed output is left."""

from argparse import ArgumentParser
from contextlib import AsyncExitStack
from pathlib import Path

from rich.markup import escape

from dev.demo.outcomes import LEGEND, Outcome, keep_logs, outcome_table
from dev.demo.repeating import repeat
from dev.demo.screens import Screen, console, screen_for
from dev.demo.script import Role, read_script
from dev.demo.stack import become_part_of, options, unless_a_part_ends
from dev.gate_forms.schema import DemoError
from dev.stack.api_server import sign_in_link
from dev.stack.browser import NO_BROWSER, driver
from dev.stack.errors import StackError
from dev.stack.interrupts import run_interruptible
from dev.stack.stack import LocalStack
from dev.stack.temporary import temporary_folder
from interfaces.cli.process.interrupts import Interrupts, is_closed_terminal
from interfaces.cli.process.terminal import interrupted_by_end_of_input
from interfaces.cli.session import system_user
from registration.errors import RegistrationError

RIGHT, WRONG = 0, 1
_LIMIT_SECONDS = 600.0

Ended = tuple[Outcome, ...]


async def demo(screen: Screen, *, ask: bool) -> int:
    """Run the demo on a stack of its own; the exit code is 0 if every restaurant ended as the script says."""
    with temporary_folder() as folder:
        try:
            ended = await _on_a_stack(folder, read_script(), screen, ask=ask)
        except (DemoError, StackError, RegistrationError) as error:
            screen.console.print(f"\n[bold red]{escape(str(error))}[/]", soft_wrap=True)
            right = False
        except Exception as error:
            if not is_closed_terminal(error):
                error.add_note(keep_logs(folder))
            raise
        else:
            right = _print_outcomes(ended, screen)
        if not right:
            screen.console.print(keep_logs(folder), markup=False, soft_wrap=True)
    return RIGHT if right else WRONG


async def _on_a_stack(folder: Path, roles: tuple[Role, ...], screen: Screen, *, ask: bool) -> Ended:
    screen.say("starting Postgres, Prefect server, sandbox and worker …")
    if (reading := await driver()) == "http":
        screen.say(f"[yellow]{NO_BROWSER}; the register is read over plain HTTP instead[/]")
    async with AsyncExitStack() as stopping:
        async with interrupted_by_end_of_input():
            stack = await stopping.enter_async_context(LocalStack(folder, options(folder, reading, console=ask)))
        if url := stack.addresses.api_url:
            screen.say("the console; this link signs you in, once:")
            screen.link(await sign_in_link(url, stack.settings(), system_user()))
        screen.say(f"all parts run; the Prefect UI, while the demo lasts: {stack.addresses.prefect_ui_url}")
        become_part_of(stack)
        try:
            return await unless_a_part_ends(stack, _play(folder / "flow-runs.log", roles, screen, ask=ask))
        finally:
            screen.say("stopping everything …")


async def _play(log: Path, roles: tuple[Role, ...], screen: Screen, *, ask: bool) -> Ended:
    """Run the scenario; write the logs of the flow runs to a file unless every outcome is right."""
    # Prefect reads its settings while it is imported.
    from dev.demo.answerers import answerer_for
    from dev.demo.flow_logs import write_flow_logs, write_histories
    from dev.demo.scenario import play

    try:
        answerer = answerer_for(roles, screen, ask=ask)
        async with answerer.listening():
            ended = await play(roles, answerer, screen, limit=None if ask else _LIMIT_SECONDS)
    except Exception:
        await write_flow_logs(log)
        raise
    if wrong := [outcome.job for outcome in ended if not outcome.right]:
        await write_flow_logs(log)
        await write_histories(log.parent, wrong)
    return ended


def _print_outcomes(ended: Ended, screen: Screen) -> bool:
    screen.console.print("", outcome_table(ended), LEGEND, sep="\n")
    wrong = [outcome for outcome in ended if not outcome.right]
    for outcome in wrong:
        screen.console.print(
            f"[bold red]not as expected:[/] {escape(outcome.job.restaurant)}: {escape(outcome.expectation)}"
        )
    if not wrong:
        screen.say(f"[green]all {len(ended)} restaurants ended as they must[/]")
    return not wrong


def main(interrupts: Interrupts) -> int:
    """The exit code: 0 if all outcomes are right, 1 if not, 130 after Ctrl-C."""
    parser = ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--ask", action="store_true", help="a person answers the gates")
    parser.add_argument("--repeat", type=int, default=1, metavar="N", help="number of runs, with a line for each")
    given = parser.parse_args()
    screen = screen_for(console())
    if given.repeat != 1:
        return run_interruptible(repeat(given.repeat, screen.console), interrupts)
    return run_interruptible(demo(screen, ask=given.ask), interrupts)
