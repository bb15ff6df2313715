"""`registration answer`: answers the gates of a batch at the terminal or from a file."""

import sys
from pathlib import Path
from typing import Annotated
from uuid import UUID

from cyclopts import App, Parameter

from interfaces.cli.commands.start import continuation_document, continue_work, print_continuation
from interfaces.cli.conversation.terminal import Terminal
from interfaces.cli.output import output, print_json, remarks
from interfaces.cli.process.interrupted import UNKNOWN, write_status
from interfaces.cli.process.streams import DONE, FAILED, WAITING_FOR_A_PERSON
from interfaces.cli.rendering.verdicts import AnswerOutcome, answers_document, print_next_step, print_verdicts
from interfaces.cli.session import AsJson, By, CommandContext, Organisation, actor_name, open_context
from registration.batches.queries import lease_of, read_batch
from registration.errors import BadFile, Refused
from registration.gates.answer_file.read import read_answers_file
from registration.gates.cli_answers import answerable_jobs, decide_all, recommended
from registration.workflow.snapshot import BatchView
from registration.workflow.snapshot_queries import read_snapshot

app = App(
    "answer",
    help_epilogue="""
Without --file and --accept-recommended the command asks at the terminal,
restaurant by restaurant, and writes nothing before the last question.

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

Exit codes: 0 all answers were accepted, 1 an answer was refused, 3 the
conversation was left without an answer.

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
    """Answer the gates of a batch: at the terminal, from a file or as recommended. Exit code 1 if one is refused.

    Args:
        batch: The batch's id, or its first 8 characters.
        file: Decisions as .json or .csv; wrong rows are named, the other rows are accepted.
        accept_recommended: Accept what the forms preselect; questions without a preselected answer stay open.
        by: The person who decides, for the record. Default: the name of your account on this machine.
        organisation: The organisation of the batch. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    if file is not None and accept_recommended:
        raise Refused("say what to answer: one of --file FILE and --accept-recommended")
    interactive = file is None and not accept_recommended
    if interactive:
        _check_terminal(batch, as_json=as_json)
    decided_by = actor_name(by)
    async with open_context(organisation) as context:
        batch_id = await context.batch_id(batch)
        outcome = await (
            _answer_interactively(context, batch_id, decided_by)
            if interactive
            else _answer_without_questions(context, batch_id, decided_by, file)
        )
        if outcome is None:
            return WAITING_FOR_A_PERSON
        _update_status(outcome, batch_id)
        lease = await lease_of(context.database, context.organisation_id, batch_id)
        view, begun = await _read_view(context, batch_id)
        if not as_json:
            print_verdicts(outcome, view)
            print_next_step(outcome, view, batch_id, live=lease.live, begun=begun)
        # An answer starts a batch that was left to people, as it does in the Prefect UI.
        started = await continue_work(context, batch_id, live=lease.live) if outcome.accepted and begun else None
        _update_status(outcome, batch_id, goes_on=started.halted is None if started else lease.live)
    if as_json:
        print_json(answers_document(outcome, view) | continuation_document(started, live=lease.live))
    elif started:
        print_continuation(started)
    return FAILED if outcome.refused else DONE


def _update_status(outcome: AnswerOutcome, batch_id: UUID, *, goes_on: bool = False) -> None:
    """Record that the answers are written, for the message of an interrupted program."""
    hint = "" if goes_on or not outcome.accepted else f"; `registration start --batch {batch_id}` goes on with them"
    write_status.update(f"{len(outcome.verdicts)} answers were written{hint}")


def _check_terminal(batch: str, *, as_json: bool) -> None:
    """Raises Refused where no questions can be asked: without a terminal, or for JSON."""
    if as_json or not sys.stdin.isatty() or not output().is_terminal:
        raise Refused(
            f"{'--json' if as_json else 'no terminal'}: no questions can be asked here. Say --file FILE "
            f"(`registration export-gate {batch} --file decisions.csv` makes one) or --accept-recommended"
        )


async def _answer_interactively(context: CommandContext, batch_id: UUID, decided_by: str) -> AnswerOutcome | None:
    # Imported here because the conversation's libraries start slowly; an answer from a file does not need them.
    from interfaces.cli.conversation.session import ask_open_questions

    return await ask_open_questions(context, batch_id, decided_by, Terminal(output(), sys.stdin.fileno()))


async def _answer_without_questions(
    context: CommandContext, batch_id: UUID, decided_by: str, file: Path | None
) -> AnswerOutcome:
    write_status.update(UNKNOWN)
    with remarks().status("Answering …"):
        return await (
            _answer_as_recommended(context, batch_id, decided_by)
            if file is None
            else _answer_from_file(file, context, batch_id, decided_by)
        )


async def _answer_from_file(file: Path, context: CommandContext, batch_id: UUID, decided_by: str) -> AnswerOutcome:
    waiting = await answerable_jobs(context.database, context.organisation_id, batch_id)
    try:
        answers_file = read_answers_file(file, waiting, decided_by)
    except OSError as error:
        raise BadFile(f"{file} cannot be read: {error.strerror}") from error
    for remark in answers_file.remarks:
        remarks().print(f"{file.name}, {remark}", markup=False, soft_wrap=True)
    verdicts = await decide_all(context.database, context.organisation_id, batch_id, answers_file.answers)
    return AnswerOutcome(verdicts, answers_file.errors, locations=answers_file.locations)


async def _answer_as_recommended(context: CommandContext, batch_id: UUID, decided_by: str) -> AnswerOutcome:
    clear, undecided = await recommended(context.database, context.organisation_id, batch_id)
    answers = [
        open_question.submit(open_question.recommended, decided_by)
        for open_question in clear
        if open_question.recommended is not None
    ]
    verdicts = await decide_all(context.database, context.organisation_id, batch_id, answers, clear)
    return AnswerOutcome(verdicts, undecided=tuple(open_question.question for open_question in undecided))


async def _read_view(context: CommandContext, batch_id: UUID) -> tuple[BatchView, bool]:
    """The batch with its jobs as they are now, and whether the batch was ever started."""
    async with context.database.transaction(context.organisation_id) as transaction:
        begun = (await read_batch(transaction, batch_id)).started_at is not None
        return await read_snapshot(transaction, batch_id), begun
