"""`make screenshots`: takes pictures of the console and of the Prefect UI; those of documents go to docs/images.

The console shows batches that are written into the database; the Prefect UI shows an operator's day that is played.
"""

import asyncio
import sys
from argparse import ArgumentParser
from pathlib import Path

from rich.console import Console

from dev.demo.script import Role, read_script
from dev.demo.stack import become_part_of, options, unless_a_part_ends
from dev.screenshots.photographing import photograph_console
from dev.stack.browser import NO_BROWSER, usable_browser
from dev.stack.errors import StackError
from dev.stack.interrupts import run_interruptible
from dev.stack.stack import LocalStack, StackOptions
from dev.stack.temporary import temporary_folder

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
DONE, FAILED = 0, 1
CONSOLE, PREFECT = "console", "prefect"


async def screenshots(images: Path, everything: Path | None, only: str | None, console: Console) -> int:
    """Take all pictures, or `only` those of the console or of Prefect; 1 without a browser."""
    if not await usable_browser():
        console.print(NO_BROWSER)
        return FAILED
    for folder in filter(None, (images, everything)):
        folder.mkdir(parents=True, exist_ok=True)
    if only != PREFECT:
        console.print("starting Postgres, sandbox and console …")
        with temporary_folder() as folder:
            async with LocalStack(folder, StackOptions(prefect=False, workers=0, api=True)) as stack:
                await unless_a_part_ends(stack, photograph_console(stack, images, everything, console))
    if only != CONSOLE:
        console.print("starting Postgres, Prefect server, sandbox and worker …")
        with temporary_folder() as folder:
            async with LocalStack(folder, options(folder, "http")) as stack:
                become_part_of(stack)
                await unless_a_part_ends(stack, _play(stack, images, console))
    return DONE


async def _play(stack: LocalStack, images: Path, console: Console) -> None:
    # Prefect reads its settings while it is imported.
    from prefect.client.orchestration import get_client

    from dev.demo.person import resolve_unknown
    from dev.demo.screens import LineScreen
    from dev.prefect_ui.operator import Operator, browsing
    from dev.screenshots.album import Album
    from dev.screenshots.story import Story
    from interfaces.cli.session import open_context
    from registration.batches.pending_queries import pending_actions
    from registration.restaurants.importing import import_restaurants
    from registration.workflow.snapshot_queries import read_snapshot

    roles = read_script()
    async with open_context(None) as context, get_client() as client, browsing() as page:
        imported = await import_restaurants(context.database, context.organisation_id, [role.row for role in roles])
        by_id = {one.id: role for one, role in zip(imported, roles, strict=True) if one.id is not None}

        async def resolve() -> None:
            async with context.database.transaction(context.organisation_id) as transaction:
                waiting = {one.batch_id for one in await pending_actions(transaction)}
                views = [await read_snapshot(transaction, batch_id) for batch_id in waiting]
            for view in views:
                await resolve_unknown(context, view, by_id, LineScreen(console))

        story = Story(Operator.at(page, stack), Album(page, images, console), client, _by_title(roles), resolve)
        run_id = await story.start(context.organisation_id, tuple(by_id))
        await story.choose_companies()
        await story.confirm_configurations()
        await story.watch(run_id)


def _by_title(roles: tuple[Role, ...]) -> dict[str, Role]:
    return {role.title: role for role in roles}


def main() -> int:
    """The exit code: 0 when all pictures are taken, 1 if an action failed, 130 after Ctrl-C."""
    parser = ArgumentParser(prog="make screenshots", description=__doc__)
    parser.add_argument("--images", type=Path, default=IMAGES, help="folder for the pictures of documents")
    parser.add_argument("--all", type=Path, help="folder for all pictures of the console, to look at them")
    parser.add_argument("--only", choices=(CONSOLE, PREFECT), help="the pictures of one of the two")
    given = parser.parse_args()
    try:
        taking = screenshots(given.images, given.all, given.only, Console(highlight=False))
        return run_interruptible(taking, "make screenshots")
    except (StackError, TimeoutError, AssertionError, asyncio.CancelledError) as error:
        print(f"make screenshots: {str(error) or type(error).__name__}", file=sys.stderr)
        return FAILED


if __name__ == "__main__":
    sys.exit(main())
