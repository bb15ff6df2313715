"""Where the questions of a batch are answered: their forms in the Prefect UI, commands, and pages of restaurants."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request, Response

from interfaces.console.inbox_rows import GATE_TASKS
from interfaces.console.rendering import render_part
from interfaces.console.sessions import Viewer
from registration.batches.overview_queries import read_overview
from registration.errors import NotFound
from registration.gates.round_queries import OpenRound, unclosed_rounds
from registration.workflow.snapshot import JobView, waits_for
from registration.workflow.snapshot_queries import read_snapshot

router = APIRouter(include_in_schema=False)

_SHORT: Final = 8
"""The characters of an id that a command needs."""


@dataclass(frozen=True)
class Effect:
    """A restaurant of which a person must tell what happened, on its page: what it waits for."""

    job_id: UUID
    restaurant: str
    waits_for: str


@dataclass(frozen=True)
class Answering:
    """What a batch asks: `questions` are the restaurants at gates with the gate's name, `command` answers all of them.

    `forms` are the paused runs of the gates: the gate's name, and the address in the Prefect UI.
    """

    batch: str
    batch_id: UUID
    questions: tuple[tuple[str, str], ...]
    command: str
    forms: tuple[tuple[str, str], ...]
    effects: tuple[Effect, ...]


@router.get("/batches/{batch_id}/answering")
async def answering(request: Request, batch_id: UUID, visitor: Viewer, job: UUID | None = None) -> Response:
    """Where the questions of the batch, or of one restaurant of it, are answered."""
    async with visitor.reading() as transaction:
        name = (await read_overview(transaction, batch_id)).name
        view = await read_snapshot(transaction, batch_id)
        rounds = await unclosed_rounds(transaction, batch_id)
    if job is not None and job not in view.jobs:
        raise NotFound(f"there is no job {job} in this batch", code="JOB_NOT_FOUND")
    chosen = [one for one in view.jobs.values() if job in (None, one.id)]
    asked = answering_of(batch_id, name, chosen, _forms(rounds, job))
    return render_part(request, "batch/dialogs.html", "answering", asked)


def answering_of(batch_id: UUID, name: str, jobs: Iterable[JobView], forms: Iterable[tuple[str, str]]) -> Answering:
    """What these jobs of the batch ask."""
    waiting = [one for one in jobs if one.waits_for_people]
    effects = [Effect(one.id, one.restaurant, waits_for(one)) for one in waiting if one.needs_person]
    return Answering(
        batch=name,
        batch_id=batch_id,
        questions=tuple((one.restaurant, waits_for(one)) for one in waiting if not one.needs_person),
        command=f"registration answer {str(batch_id)[:_SHORT]}",
        forms=tuple(forms),
        effects=tuple(effects),
    )


def _forms(rounds: Iterable[OpenRound], job: UUID | None) -> Iterable[tuple[str, str]]:
    # Prefect's client takes seconds to import; the application imports it in the background.
    from tasks.batch_runs import run_url

    for one in rounds:
        asks = job is None or any(question.job_id == job for question in one.content.questions)
        if asks and (url := run_url(one.flow_run_id)):
            yield GATE_TASKS[one.content.gate], url
