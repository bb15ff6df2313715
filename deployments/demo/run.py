"""`make demo`: the whole story in one go; afterwards nothing of it is left but what was printed."""

import shutil
import tempfile
from argparse import ArgumentParser
from pathlib import Path

from rich.markup import escape

from deployments.demo.errors import DemoError
from deployments.demo.outcomes import Outcome, outcome_table
from deployments.demo.screens import Screen, console, screen_for
from deployments.demo.script import Role, read_script
from deployments.demo.stage import become_part_of, options, unless_a_part_ends
from deployments.local.browser import NO_BROWSER, driver
from deployments.local.errors import StackError
from deployments.local.interrupts import run_interruptible
from deployments.local.stack import LocalStack
from deployments.local.temporary import temporary_folder
from registration.errors import RegistrationError

RIGHT, WRONG, INTERRUPTED = 0, 1, 130
_LIMIT_SECONDS = 600.0

Ended = tuple[Outcome, ...]


async def demo(screen: Screen, *, ask: bool) -> int:
    """Play it on a stack of its own; the exit code says whether every restaurant ended as it must."""
    with temporary_folder() as folder:
        try:
            ended = await _on_a_stack(folder, read_script(), screen, ask=ask)
        except (DemoError, StackError, RegistrationError) as error:
            screen.console.print(f"\n[bold red]{escape(str(error))}[/]", soft_wrap=True)
            right = False
        except Exception as error:
            error.add_note(_keep_logs(folder))
            raise
        else:
            right = _tell(ended, screen)
        if not right:
            screen.console.print(_keep_logs(folder), soft_wrap=True)
    return RIGHT if right else WRONG


async def _on_a_stack(folder: Path, roles: tuple[Role, ...], screen: Screen, *, ask: bool) -> Ended:
    screen.say("starting Postgres, Prefect server, sandbox and worker …")
    if (reading := await driver()) == "http":
        screen.say(f"[yellow]{NO_BROWSER}; the register is read over plain HTTP instead[/]")
    async with LocalStack(folder, options(folder, reading)) as stack:
        screen.say(f"they run; the Prefect UI, as long as the demo: {stack.addresses.prefect_ui_url}")
        become_part_of(stack)
        try:
            return await unless_a_part_ends(stack, _play(folder / "flow-runs.log", roles, screen, ask=ask))
        finally:
            screen.say("stopping everything …")


async def _play(log: Path, roles: tuple[Role, ...], screen: Screen, *, ask: bool) -> Ended:
    """Play it; what the flow runs logged is written down if it does not end as it must."""
    # Prefect reads its settings while it is imported.
    from deployments.demo.answerers import answerer_for
    from deployments.demo.flow_logs import write_flow_logs
    from deployments.demo.play import play

    try:
        ended = await play(roles, answerer_for(roles, screen, ask=ask), screen, limit=None if ask else _LIMIT_SECONDS)
    except Exception:
        await write_flow_logs(log)
        raise
    if not all(one.right for one in ended):
        await write_flow_logs(log)
    return ended


def _tell(ended: Ended, screen: Screen) -> bool:
    screen.console.print("", outcome_table(ended), "")
    wrong = [one for one in ended if not one.right]
    for one in wrong:
        screen.console.print(f"[bold red]not as expected:[/] {escape(one.job.restaurant)}: {escape(one.expectation)}")
    if not wrong:
        screen.say(f"[green]all {len(ended)} restaurants ended as they must[/]")
    return not wrong


def _keep_logs(folder: Path) -> str:
    """Copy the logs of the stack, which goes, to a folder that stays; returns a sentence that says where."""
    kept = Path(tempfile.mkdtemp(prefix="registration-demo-logs-", dir=folder.parent))
    for log in folder.glob("*.log"):
        shutil.copy(log, kept)
    return f"The logs are kept in {kept}"


def main() -> int:
    """The exit code: 0 if all outcomes are right, 1 if not, 130 after Ctrl-C."""
    parser = ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--ask", action="store_true", help="a person answers the gates")
    ask: bool = parser.parse_args().ask
    screen = screen_for(console())
    code = run_interruptible(demo(screen, ask=ask))
    if code is None:
        screen.say("interrupted; nothing is left running")
        return INTERRUPTED
    return code
