"""`/import`: a list is checked line by line before anything is written, corrected in place, imported, and started."""

from collections.abc import Sequence
from typing import Annotated, Final
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Request, Response, UploadFile

from interfaces.console.edit_forms import encodable
from interfaces.console.new_batches import MOST_NAMED, FormKey, MadeBatch, made_before, make_batches, run_of
from interfaces.console.pages.imports.reading import SentList, corrected, sent_text
from interfaces.console.pages.imports.view import MOST_ROWS, CheckedList, Outcome, can_start, checked
from interfaces.console.rendering import render, render_part
from interfaces.console.sessions import Operator, Viewer, Visitor
from registration.batches.models import NewBatch
from registration.batches.opening import batch_options
from registration.errors import BadFile, Refused
from registration.restaurants.csv_import import COLUMNS, CsvImport, read_restaurants
from registration.restaurants.importing import Imported, import_restaurants
from registration.restaurants.list_queries import ListedRestaurant, RestaurantFilter, list_restaurants

router = APIRouter(include_in_schema=False)

_TEMPLATE: Final = "imports/parts.html"
_MOST_BYTES: Final = 1_048_576
Text = Annotated[str, Form(max_length=_MOST_BYTES)]
SentKey = Annotated[UUID | None, Form()]
Ticked = Annotated[bool, Form()]


@router.get("/import")
async def page(request: Request, visitor: Viewer) -> Response:
    """The page: a file or a text is asked for."""
    return render(request, "imports/page.html", columns=COLUMNS, may=visitor.may("operator"), most=MOST_ROWS)


@router.post("/import/check")
async def check(
    request: Request, visitor: Operator, text: Text = "", file: UploadFile | None = None, key: SentKey = None
) -> Response:
    """The verdict of each line, with the corrections of the page; nothing is written."""
    try:
        sent = await _sent(request, await sent_text(file, text))
        if not sent.text.strip():
            return render_part(request, _TEMPLATE, "nothing")
        shown, _ = await _check(visitor, sent)
    except BadFile as bad:
        return render_part(request, _TEMPLATE, "unreadable", bad.message, bad.hint, status=422)
    return render_part(request, _TEMPLATE, "checked", shown, key or uuid4(), visitor)


@router.post("/import")
async def import_list(
    request: Request,
    visitor: Operator,
    form: FormKey,
    text: Text,
    *,
    skip: Ticked = False,
    start: Ticked = False,
    split: Ticked = False,
    name: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Import the list, all or none, or with `skip` its right lines; with `start` a batch of it starts.

    A restaurant that is there stays as it is, and the batches of a form are made once, so a repetition makes nothing
    twice.
    """
    sent = await _sent(request, await sent_text(None, text))
    shown, read = await _check(visitor, sent)
    made = await made_before(visitor, form, start=start) if start else []
    if problem := _refusal(shown, skip=skip, unsplit=start and not split and not made):
        return render_part(request, _TEMPLATE, "checked", shown, form, visitor, problem, status=422)
    options = batch_options(name=name)
    rows = await import_restaurants(visitor.database, visitor.organisation_id, read.rows)
    refused = ""
    if start and not made:
        startable = {one.line for one in shown.good if can_start(one.there)}
        ids = tuple(one.id for one in rows if one.id is not None and one.line in startable)
        new = NewBatch(
            restaurant_ids=ids, created_by=visitor.name, created_by_run=run_of(visitor, form), options=options
        )
        made, refused = await _make(visitor, new, split=split)
    return render_part(request, _TEMPLATE, "outcome", _outcome(rows, shown.wrong, made, refused), visitor)


async def _sent(request: Request, text: str) -> SentList:
    fields = (await request.form()).multi_items()
    return corrected(text, [(name, encodable(value)) for name, value in fields if isinstance(value, str)])


async def _check(visitor: Visitor, sent: SentList) -> tuple[CheckedList, CsvImport]:
    """The list with its verdicts. Raises BadFile for a list that is too long for a page."""
    read = read_restaurants(sent.text)
    if len(read.rows) + len(read.errors) > MOST_ROWS:
        hint = "import it in parts, or with `registration import` at a terminal"
        raise BadFile(f"a list on this page has at most {MOST_ROWS} restaurants", hint=hint)
    imported = await import_restaurants(visitor.database, visitor.organisation_id, read.rows, dry_run=True)
    known = await _known(visitor, [one.id for one in imported if one.id is not None])
    return checked(sent.text, read, imported, known, sent.open_lines), read


async def _known(visitor: Visitor, ids: Sequence[UUID]) -> dict[UUID, ListedRestaurant]:
    if not ids:
        return {}
    async with visitor.reading() as transaction:
        found, _ = await list_restaurants(transaction, RestaurantFilter(ids=tuple(ids)), limit=MOST_ROWS)
    return {one.id: one for one in found}


def _refusal(shown: CheckedList, *, skip: bool, unsplit: bool) -> str:
    """Why the list is not imported as it is; empty if it is."""
    if not shown.importable:
        return "nothing of this list can be imported yet"
    if shown.wrong and not skip:
        some = (
            "1 line is wrong: correct it, or leave it"
            if shown.wrong == 1
            else f"{shown.wrong} lines are wrong: correct them, or leave them"
        )
        return f"{some} out"
    if unsplit and shown.parts > 1:
        return f"these are {shown.to_start} restaurants, a batch has at most 50: make {shown.parts} batches of them"
    return ""


async def _make(visitor: Visitor, new: NewBatch, *, split: bool) -> tuple[list[MadeBatch], str]:
    """The started batches, or why there are none; the import stands."""
    try:
        return await make_batches(visitor, new, split=split, start=True), ""
    except Refused as refused:
        return [], refused.message


def _outcome(rows: Sequence[Imported], wrong: int, made: Sequence[MadeBatch], refused: str) -> Outcome:
    ids = tuple(one.id for one in rows if one.id is not None)
    new = sum(one.new for one in rows)
    offered = ids if len(ids) <= MOST_NAMED and not made else ()
    return Outcome(new=new, there=len(rows) - new, left_out=wrong, made=tuple(made), refused=refused, offered=offered)
