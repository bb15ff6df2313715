"""`registration gates`: the gates and effects that wait for a person, with batch and waiting time."""

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

_NAMES_SHOWN, _INDENT = 3, 2
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


@app.default
async def gates(*, organisation: Organisation = None, as_json: AsJson = False) -> int:
    """List what waits for people: batch, gate, number of restaurants and waiting time; the longest wait first.

    Args:
        organisation: The organisation of the batches. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    async with (
        open_context(organisation) as context,
        context.database.transaction(context.organisation_id) as transaction,
    ):
        pending = await pending_actions(transaction)
    if as_json:
        print_json([_document(action) for action in pending])
    elif pending:
        _print(pending)
    else:
        output().print("nothing waits for a person")
    return WAITING_FOR_A_PERSON if pending else DONE


def ago(seconds: float) -> str:
    """A duration in its two largest units: `2 d 3 h`, `5 min`, `just now`."""
    whole = int(seconds)
    days, hours, minutes = whole // _DAY, whole % _DAY // _HOUR, whole % _HOUR // _MINUTE
    parts = [f"{count} {unit}" for count, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if count]
    return " ".join(parts[:2]) or "just now"


def _print(pending: tuple[PendingAction, ...]) -> None:
    console = output()
    for action in pending:
        heading, *lines = _describe(action)
        console.print(heading)
        console.print(Padding(Group(*lines), (0, 0, 0, _INDENT)))


def _describe(action: PendingAction) -> Iterator[Text]:
    """A few short lines for each gate, because a table row would not fit on a terminal of 80 columns."""
    since = f"{action.since.astimezone():%d %b %H:%M} ({ago(action.seconds)})"
    yield Text.assemble((action.what, "bold"), f": {action.count} since {since}, ", (action.batch, "bold"))
    named = ", ".join(action.restaurants[:_NAMES_SHOWN])
    more = f" and {action.count - _NAMES_SHOWN} more" if action.count > _NAMES_SHOWN else ""
    yield Text(f"{named}{more}")
    if action.unread:
        yield Text(f"the register could not be searched or read for {action.unread} of them", style="yellow")
    if action.stopped_reason:
        yield Text(f"the batch is stopped: {action.stopped_reason}", style="red")
    yield Text(_command(action), style="cyan")


def _document(action: PendingAction) -> dict[str, Any]:
    return asdict(action) | {"answer_with": _command(action)}


def _command(action: PendingAction) -> str:
    return f"registration {'answer' if action.is_gate else 'show'} {str(action.batch_id)[:8]}"
