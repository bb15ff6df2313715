"""Batches that people make on pages: a form has a key, so that a form that is sent twice makes its batches once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID, uuid5

from fastapi import Form, Response
from fastapi.responses import JSONResponse
from pydantic import BeforeValidator, Field

from interfaces.api.runs import go_on
from interfaces.console.sessions import Visitor
from registration.batches.models import NewBatch
from registration.batches.opening import open_batch, open_batches, run_of_part
from registration.batches.run_queries import batches_of_runs, opened_batches

FormKey = Annotated[UUID, Form(alias="key")]
"""The key of a form, made with it; batches are stored under a run id that follows from it."""
MOST_NAMED: Final = 250
"""The restaurants or leads that the address of a dialog names; a dialog of more is asked for by POST."""
MOST_CHOSEN: Final = 1000
"""The restaurants or leads that a form takes: as many as the REST API."""


def split_ids(sent: object) -> object:
    """The ids of a form: each value is one id, or several with blanks between them.

    A form of a thousand fields is refused before it is read.
    """
    return [one for value in sent for one in str(value).split()] if isinstance(sent, list) else sent


ChosenIds = Annotated[list[UUID], BeforeValidator(split_ids), Field(min_length=1, max_length=MOST_CHOSEN)]
"""The ids that a form or a dialog of many names."""
MOST_PARTS: Final = 20
_NAMESPACE: Final = UUID("5b0f7a1c-2f0d-4b7e-9a86-0f7f0a5a7d42")


def ids_answer(ids: Iterable[UUID]) -> Response:
    """Ids for the script that selects rows of a list, also those that are not shown."""
    return JSONResponse([str(one) for one in ids], headers={"Cache-Control": "private, no-store"})


@dataclass(frozen=True)
class MadeBatch:
    """A batch that a form made; `note` says why no process works on it yet."""

    id: UUID
    name: str
    restaurants: int
    note: str = ""


def run_of(visitor: Visitor, form: UUID) -> UUID:
    """The run id of a form's batches; no other organisation's form has the same."""
    return uuid5(_NAMESPACE, f"{visitor.organisation_id}:{form}")


async def make_batches(visitor: Visitor, new: NewBatch, *, split: bool, start: bool) -> list[MadeBatch]:
    """Open the batch, or with `split` as many as the restaurants need, and start them if that is asked for.

    Raises Refused and NotFound like `open_batch`; nothing is made then.
    """
    key = (visitor.database, visitor.organisation_id, new)
    batch_ids = await open_batches(*key, start=start) if split else (await open_batch(*key, start=start),)
    return await _made(visitor, batch_ids, start=start)


async def made_before(visitor: Visitor, form: UUID, *, start: bool) -> list[MadeBatch]:
    """The batches that the form made when it was sent before."""
    run_id = run_of(visitor, form)
    runs = [run_of_part(run_id, number) for number in range(1, MOST_PARTS + 1)]
    async with visitor.reading() as transaction:
        found = await batches_of_runs(transaction, runs)
    return await _made(visitor, [one.id for one in found], start=start)


async def _made(visitor: Visitor, batch_ids: Sequence[UUID], *, start: bool) -> list[MadeBatch]:
    notes = {one: (await go_on(visitor, one)).note or "" for one in batch_ids} if start else {}
    async with visitor.reading() as transaction:
        opened = await opened_batches(transaction, batch_ids)
    return [MadeBatch(one.id, one.name, one.restaurants, notes.get(one.id, "")) for one in opened]
