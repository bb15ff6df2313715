"""Time from an answer that Prefect has accepted to the first task of the restaurant."""

import asyncio
import time
from statistics import median
from uuid import UUID

from sqlalchemy import text

from dev.bench.harness import Bench
from dev.bench.report import Aim, Part, Reached
from dev.bench.setups import WaitingBatch, waiting_batch
from dev.gate_forms.client import GateForms, OpenGate
from registration.gates.cli_answers import decide_all, recommended
from registration.gates.form_answers import DECIDED_BY
from registration.gates.questions.config import GO_AHEAD

_ANSWERS = 20
_LIMIT = 60.0
_BEGUN = text("select extract(epoch from min(started_at))::float from registration_sub_steps where job_id = :job")


async def _run(bench: Bench) -> Reached:
    async with waiting_batch(bench) as waiting:
        job_ids = waiting.batch.job_ids[: min(_ANSWERS, bench.restaurants - 1)]
        seconds = [await _answer_one(bench, waiting, number, job_id) for number, job_id in enumerate(job_ids)]
        closing = await _answer_elsewhere(bench, waiting, bench.restaurants - len(job_ids))
    figures = {"median_s": median(seconds), "longest_s": max(seconds), "answers": float(len(seconds))}
    return Reached(
        figures | {"closes_by_itself_s": closing},
        f"median of {len(seconds)}, {min(seconds):.2f} to {max(seconds):.2f} s; a round whose restaurants were all"
        f" answered in the terminal closes {closing:.2f} s later",
    )


async def _answer_one(bench: Bench, waiting: WaitingBatch, number: int, job_id: UUID) -> float:
    """Answer "go ahead" for the first restaurant of the form, "decide later" for the others."""
    gate = await waiting.gate(bench.restaurants - number)
    return await seconds_to_begin(bench, waiting.gate_forms, gate, waiting.batch.organisation_id, job_id)


async def _answer_elsewhere(bench: Bench, waiting: WaitingBatch, questions: int) -> float:
    """Answer "go ahead" for the rest through the command line's channel; the seconds until their form is closed."""
    gate = await waiting.gate(questions)
    organisation_id, batch_id = waiting.batch.organisation_id, waiting.batch.batch_id
    clear, _ = await recommended(bench.database, organisation_id, batch_id)
    given = [
        question.submit(question.recommended, "benchmark") for question in clear if question.recommended is not None
    ]
    verdicts = await decide_all(bench.database, organisation_id, batch_id, given, clear)
    answered_at = time.monotonic()
    if sum(verdict.accepted for _, verdict in verdicts) != questions:
        raise AssertionError("not every restaurant of the benchmark could be answered in the terminal")
    async with asyncio.timeout(_LIMIT):
        while await waiting.gate_forms.is_open(gate):
            await asyncio.sleep(0.05)
    return time.monotonic() - answered_at


async def seconds_to_begin(
    bench: Bench, gate_forms: GateForms, gate: OpenGate, organisation_id: UUID, job_id: UUID
) -> float:
    """Answer "go ahead" for the first restaurant; the seconds until its first sub-step starts.

    A sub-step that started before this process saw the acceptance counts as 0 seconds.
    """
    if not await gate_forms.answer(gate, {DECIDED_BY: "benchmark", gate.questions[0].field: GO_AHEAD}):
        raise AssertionError("the benchmark's gate was already answered")
    accepted_at = time.time()
    async with asyncio.timeout(_LIMIT):
        while (begun := await begun_at(bench, organisation_id, job_id)) is None:
            await asyncio.sleep(0.1)
    return max(0.0, begun - accepted_at)


async def begun_at(bench: Bench, organisation_id: UUID, job_id: UUID) -> float | None:
    """When the first sub-step of a job started; None if none has."""
    async with bench.database.transaction(organisation_id) as transaction:
        return (await transaction.execute(_BEGUN, {"job": job_id})).scalar_one()


PART = Part(
    "gate_latency",
    "answer accepted → first task of the decided restaurant",
    Aim("median_s", 1.5, " s"),
    _run,
    minutes=1.5,
)
