"""`make demo`: the whole story in one go; afterwards nothing of it is left but what was printed."""

import asyncio
import shutil
import tempfile
from argparse import ArgumentParser
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from deployments.demo.errors import DemoError
from deployments.demo.outcomes import Outcome, outcome_table
from deployments.demo.screens import Screen, screen_for
from deployments.demo.script import Role, read_script
from deployments.demo.stage import OPTIONS, become_part_of
from deployments.local.errors import StackError
from deployments.local.interrupts import run_interruptible
from deployments.local.stack import LocalStack
from deployments.local.temporary import temporary_folder
from registration.errors import RegistrationError

RIGHT, WRONG, INTERRUPTED = 0, 1, 130

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
    async with LocalStack(folder, OPTIONS) as stack:
        screen.say(f"they run; the Prefect UI, as long as the demo: {stack.addresses.prefect_ui_url}")
        become_part_of(stack)
        # Prefect reads its settings while it is imported.
        from deployments.demo.answerers import ScriptedAnswerer
        from deployments.demo.flow_logs import write_flow_logs
        from deployments.demo.play import play

        right = False
        try:
            ended = await _unless_a_part_ends(stack, play(roles, ScriptedAnswerer(roles), screen))
            right = all(one.right for one in ended)
        finally:
            if not right:
                await write_flow_logs(folder / "flow-runs.log")
            screen.say("stopping everything …")
        return ended


async def _unless_a_part_ends(stack: LocalStack, playing: Coroutine[Any, Any, Ended]) -> Ended:
    """Raises ProcessEnded if a part of the stack ends before."""
    tasks = played, ended = asyncio.create_task(playing), asyncio.create_task(stack.wait())
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if ended.done():
            ended.result()
        return played.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


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
    kept = Path(tempfile.mkdtemp(prefix="registration-demo-logs-"))
    for log in folder.glob("*.log"):
        shutil.copy(log, kept)
    return f"The logs are kept in {kept}"


def main() -> int:
    """The exit code: 0 if all outcomes are right, 1 if not, 130 after Ctrl-C."""
    parser = ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--ask", action="store_true", help="a person answers the gates")
    ask: bool = parser.parse_args().ask
    console = Console(highlight=False)
    code = run_interruptible(demo(screen_for(console), ask=ask))
    if code is None:
        console.print("interrupted; nothing is left running")
        return INTERRUPTED
    return code
