"""`registration gates`: what waits for people, since when, in which batch."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from cyclopts import App
from rich.console import Group
from rich.padding import Padding
from rich.text import Text

from interfaces.cli.output import output, print_json
from interfaces.cli.process.streams import DONE, WAITING_FOR_A_PERSON
from interfaces.cli.session import AsJson, Organisation, open_context
from registration.batches.pending_queries import PendingAction, pending_actions

app = App(
    "gates",
    help_epilogue="""
Exit codes: 0 nothing waits, 3 something waits.

Examples:
  registration gates
  registration gates --json | jq -r '.[] | select(.seconds > 86400) | .batch_id'
  registration gates || registration answer 9c8b7a6d
""",
    help_format="plaintext",
)

_NAMED, _INDENT = 3, 2
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


@app.default
async def gates(*, organisation: Organisation = None, as_json: AsJson = False) -> int:
    """Say what waits for people: since when, in which batch, at which gate, how many; who waits longest first.

    Args:
        organisation: Whose batches. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    async with (
        open_context(organisation) as context,
        context.database.transaction(context.organisation_id) as connection,
    ):
        found = await pending_actions(connection, context.organisation_id)
    if as_json:
        print_json([_document(one) for one in found])
    elif found:
        _print(found)
    else:
        output().print("nothing waits for anybody")
    return WAITING_FOR_A_PERSON if found else DONE


def ago(seconds: float) -> str:
    """How long, in the two largest units: `2 d 3 h`, `5 min`, `just now`."""
    whole = int(seconds)
    days, hours, minutes = whole // _DAY, whole % _DAY // _HOUR, whole % _HOUR // _MINUTE
    parts = [f"{count} {unit}" for count, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if count]
    return " ".join(parts[:2]) or "just now"


def _print(found: tuple[PendingAction, ...]) -> None:
    console = output()
    for one in found:
        heading, *lines = _told(one)
        console.print(heading)
        console.print(Padding(Group(*lines), (0, 0, 0, _INDENT)))


def _told(one: PendingAction) -> Iterator[Text]:
    """A few short lines for each gate: side by side they fit on no terminal of 80 columns."""
    since = f"{one.since.astimezone():%d %b %H:%M} ({ago(one.seconds)})"
    yield Text.assemble((one.what, "bold"), f": {one.count} since {since}, ", (one.batch, "bold"))
    named = ", ".join(one.restaurants[:_NAMED])
    more = f" and {one.count - _NAMED} more" if one.count > _NAMED else ""
    yield Text(f"{named}{more}")
    if one.stopped_reason:
        yield Text(f"the batch is stopped: {one.stopped_reason}", style="red")
    yield Text(_command(one), style="cyan")


def _document(one: PendingAction) -> dict[str, Any]:
    return asdict(one) | {"answer_with": _command(one)}


def _command(one: PendingAction) -> str:
    return f"registration {'answer' if one.is_gate else 'show'} {str(one.batch_id)[:8]}"
