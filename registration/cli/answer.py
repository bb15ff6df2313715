"""`registration answer`: the second door of the gates."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

from cyclopts import App, Parameter
from pydantic import TypeAdapter, ValidationError

from registration.answers_file import AnswersFile, read_answers_file
from registration.cli.desk import AsJson, Desk, Organisation, open_desk, person
from registration.cli.exit_codes import DONE, FAILED
from registration.cli.printing import print_json, remarks
from registration.cli.verdicts import Answered, document, print_verdicts, print_what_next
from registration.door import answerable_jobs, decide_all, lease_of, recommended
from registration.errors import BadFile, Refused
from registration.models.values import Line, reasons
from registration.store.snapshot import BatchView, read_snapshot

app = App(
    "answer",
    help_epilogue="""
JSON:  [{"restaurant": "Jax Burger Shack", "answer": {"kind": "company", "company_number": "9420031"}},
        {"restaurant": "Saffron Lane", "answer": {"kind": "go_ahead"}}]
CSV:   restaurant,answer,company_number
       Jax Burger Shack,company,9420031
       Saffron Lane,no_match,
Answers at company-selection: confirm_query, company, no_match, search_again,
enter_by_hand, leave_out; at yolo-config: go_ahead, change, extract_again,
leave_out. A restaurant is named by its name or id, or by the id of its job.

Examples:
  registration answer 9c8b7a6d --file decisions.csv --by "Mere"
  registration answer 9c8b7a6d --accept-recommended
""",
    help_format="plaintext",
)

_LINE: TypeAdapter[str] = TypeAdapter(Line)


@app.default
async def answer(
    batch: str,
    *,
    file: Path | None = None,
    accept_recommended: Annotated[bool, Parameter(negative="")] = False,
    by: str | None = None,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> int:
    """Answer the gates of a batch, from a file or as the forms recommend. Exit code 1 if an answer does not count.

    Args:
        batch: Its id, or the first 8 characters.
        file: Decisions as .json or .csv; wrong rows are named, the others count.
        accept_recommended: Take what the forms preselect; what is not clear stays open.
        by: Who decides, for the record. Default: the name of your account on this machine.
        organisation: Whose batch. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    if (file is None) != accept_recommended:
        raise Refused("say what to answer: one of --file FILE and --accept-recommended")
    decided_by = _name(by or person())
    async with open_desk(organisation) as desk:
        batch_id = await desk.batch_id(batch)
        with remarks().status("Answering …"):
            done = await (
                _recommended(desk, batch_id, decided_by) if file is None else _from(file, desk, batch_id, decided_by)
            )
            lease = await lease_of(desk.database, desk.organisation_id, batch_id)
            view = await _view(desk, batch_id)
    if as_json:
        print_json(document(done, view) | {"worked_on": lease.live})
    else:
        print_verdicts(done, view)
        print_what_next(done, batch_id, live=lease.live)
    return FAILED if done.refused else DONE


async def _from(file: Path, desk: Desk, batch_id: UUID, decided_by: str) -> Answered:
    waiting = await answerable_jobs(desk.database, desk.organisation_id, batch_id)
    try:
        read: AnswersFile = read_answers_file(file, waiting, decided_by)
    except OSError as error:
        raise BadFile(f"{file} cannot be read: {error.strerror}") from error
    return Answered(await decide_all(desk.database, desk.organisation_id, batch_id, read.given), read.errors)


async def _recommended(desk: Desk, batch_id: UUID, decided_by: str) -> Answered:
    given, undecided = await recommended(desk.database, desk.organisation_id, batch_id, decided_by)
    verdicts = await decide_all(desk.database, desk.organisation_id, batch_id, given)
    return Answered(verdicts, undecided=undecided)


async def _view(desk: Desk, batch_id: UUID) -> BatchView:
    async with desk.database.transaction(desk.organisation_id) as connection:
        return await read_snapshot(connection, desk.organisation_id, batch_id)


def _name(by: str) -> str:
    try:
        return _LINE.validate_python(by)
    except ValidationError as error:
        raise Refused(f"--by {'; '.join(reasons(error))}") from error
