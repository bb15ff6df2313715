"""`registration answer`: answers the gates of a batch at the terminal or from a file."""

import sys
from pathlib import Path
from typing import Annotated
from uuid import UUID

from cyclopts import App, Parameter

from interfaces.cli.commands.start import go_on, going_on_document, print_going_on
from interfaces.cli.conversation.terminal import Terminal
from interfaces.cli.output import output, print_json, remarks
from interfaces.cli.pages.verdicts import Answered, document, print_verdicts, print_what_next
from interfaces.cli.process.interrupted import UNKNOWN, standing
from interfaces.cli.process.streams import DONE, FAILED, WAITING_FOR_A_PERSON
from interfaces.cli.session import AsJson, By, CommandContext, Organisation, open_context, who
from registration.batches.queries import lease_of, read_batch
from registration.errors import BadFile, Refused
from registration.gates.answer_file.read import read_answers_file
from registration.gates.cli_answers import answerable_jobs, decide_all, recommended
from registration.workflow.snapshot import BatchView
from registration.workflow.snapshot_queries import read_snapshot

app = App(
    "answer",
    help_epilogue="""
Without --file and --accept-recommended it asks, restaurant by restaurant;
nothing is written before the last question.

JSON:  [{"restaurant": "Jax Burger Shack",
         "answer": {"kind": "company", "company_number": "9420031"}},
        {"restaurant": "Saffron Lane", "answer": {"kind": "go_ahead"}}]
CSV:   restaurant,answer,company_number
       Jax Burger Shack,company,9420031
       Saffron Lane,no_match,
Answers at company-selection: confirm_query, company, no_match, search_again,
enter_by_hand, leave_out; at yolo-config: go_ahead, change, extract_again,
leave_out. A restaurant is named by its name or id, or by the id of its job.
`registration export-gate` writes such a file, to be filled in.

Exit codes: 0 all counted, 1 something did not, 3 left without an answer.

Examples:
  registration answer 9c8b7a6d
  registration answer 9c8b7a6d --file decisions.csv --by "Mere"
  registration answer 9c8b7a6d --accept-recommended
""",
    help_format="plaintext",
)


@app.default
async def answer(
    batch: str,
    *,
    file: Path | None = None,
    accept_recommended: Annotated[bool, Parameter(negative="")] = False,
    by: By = None,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> int:
    """Answer the gates of a batch: asked here, from a file or as recommended. Exit code 1 if an answer does not count.

    Args:
        batch: Its id, or the first 8 characters.
        file: Decisions as .json or .csv; wrong rows are named, the others count.
        accept_recommended: Take what the forms preselect; what is not clear stays open.
        by: Who decides, for the record. Default: the name of your account on this machine.
        organisation: Whose batch. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    if file is not None and accept_recommended:
        raise Refused("say what to answer: one of --file FILE and --accept-recommended")
    asks = file is None and not accept_recommended
    if asks:
        _check_terminal(batch, as_json=as_json)
    decided_by = who(by)
    async with open_context(organisation) as context:
        batch_id = await context.batch_id(batch)
        done = await (_asked(context, batch_id, decided_by) if asks else _unasked(context, batch_id, decided_by, file))
        if done is None:
            return WAITING_FOR_A_PERSON
        _written(done, batch_id)
        lease = await lease_of(context.database, context.organisation_id, batch_id)
        view, begun = await _view(context, batch_id)
        if not as_json:
            print_verdicts(done, view)
            print_what_next(done, view, batch_id, live=lease.live, begun=begun)
        # A batch that was left to people goes on when they answer, as it does in the Prefect UI.
        started = await go_on(context, batch_id, live=lease.live) if done.accepted and begun else None
        _written(done, batch_id, goes_on=lease.live or started is not None)
    if as_json:
        print_json(document(done, view) | going_on_document(started, live=lease.live))
    elif started:
        print_going_on(started)
    return FAILED if done.refused else DONE


def _written(done: Answered, batch_id: UUID, *, goes_on: bool = False) -> None:
    """What an interrupted program says as soon as the answers are written."""
    hint = "" if goes_on or not done.accepted else f"; `registration start --batch {batch_id}` goes on with them"
    standing.now(f"{len(done.verdicts)} answers were written{hint}")


def _check_terminal(batch: str, *, as_json: bool) -> None:
    """Raises Refused where nobody can be asked."""
    if as_json or not sys.stdin.isatty() or not output().is_terminal:
        raise Refused(
            f"{'--json' if as_json else 'no terminal'}: nobody can be asked here. Say --file FILE "
            f"(`registration export-gate {batch} --file decisions.csv` makes one) or --accept-recommended"
        )


async def _asked(context: CommandContext, batch_id: UUID, decided_by: str) -> Answered | None:
    # What it draws with takes a moment to import: files are read without it.
    from interfaces.cli.conversation.session import ask

    return await ask(context, batch_id, decided_by, Terminal(output(), sys.stdin.fileno()))


async def _unasked(context: CommandContext, batch_id: UUID, decided_by: str, file: Path | None) -> Answered:
    standing.now(UNKNOWN)
    with remarks().status("Answering …"):
        return await (
            _recommended(context, batch_id, decided_by) if file is None else _from(file, context, batch_id, decided_by)
        )


async def _from(file: Path, context: CommandContext, batch_id: UUID, decided_by: str) -> Answered:
    waiting = await answerable_jobs(context.database, context.organisation_id, batch_id)
    try:
        read = read_answers_file(file, waiting, decided_by)
    except OSError as error:
        raise BadFile(f"{file} cannot be read: {error.strerror}") from error
    for remark in read.remarks:
        remarks().print(f"{file.name}, {remark}", markup=False, soft_wrap=True)
    verdicts = await decide_all(context.database, context.organisation_id, batch_id, read.given)
    return Answered(verdicts, read.errors, places=read.places)


async def _recommended(context: CommandContext, batch_id: UUID, decided_by: str) -> Answered:
    clear, undecided = await recommended(context.database, context.organisation_id, batch_id)
    given = [one.given(one.recommended, decided_by) for one in clear if one.recommended is not None]
    verdicts = await decide_all(context.database, context.organisation_id, batch_id, given, clear)
    return Answered(verdicts, undecided=tuple(one.question for one in undecided))


async def _view(context: CommandContext, batch_id: UUID) -> tuple[BatchView, bool]:
    """How its jobs stand now, and whether the batch was ever started."""
    async with context.database.transaction(context.organisation_id) as connection:
        begun = (await read_batch(connection, context.organisation_id, batch_id)).started_at is not None
        return await read_snapshot(connection, context.organisation_id, batch_id), begun
