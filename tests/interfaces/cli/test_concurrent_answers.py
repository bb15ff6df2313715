"""Several people answer a gate at once: the first answer per restaurant wins, and the others name its person."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from registration.gates.decide import decide
from registration.gates.decisions import Channel, NoMatch, SubmittedAnswer, Verdict
from registration.workflow.steps import GateName
from tests.interfaces.cli.conftest import Commands
from tests.interfaces.cli.waiting_batches import WaitingBatch, batch_at_company_gate

_PROGRAM = Path(sys.executable).parent / "registration"


async def _answering(registration: Commands, batch: WaitingBatch, by: str, number: str) -> list[dict[str, Any]]:
    """Answer for every restaurant in a process of its own."""
    rows = "".join(f"{job},company,{number}\n" for job in batch.jobs)
    file = registration.file(f"{by}.csv", f"job,answer,company_number\n{rows}")
    arguments = ("answer", str(batch.batch_id), "--file", file, "--by", by, "--json")
    process = await asyncio.create_subprocess_exec(_PROGRAM, *arguments, stdout=asyncio.subprocess.PIPE)
    result, _ = await process.communicate()
    return json.loads(result)["decisions"]


async def _through_the_form(registration: Commands, batch: WaitingBatch) -> list[Verdict]:
    """Decide as the gate's flow does with a submitted form."""
    given = [
        SubmittedAnswer(
            job_id=job,
            gate=GateName.COMPANY_SELECTION,
            visit=1,
            answer=NoMatch(),
            decided_by="Pia",
            channel=Channel.PREFECT,
        )
        for job in reversed(batch.jobs)
    ]
    return [await decide(registration.database, registration.organisation_id, row) for row in given]


async def test_of_two_processes_and_a_form_one_wins_each_restaurant(registration: Commands) -> None:
    """One decision per restaurant is accepted; the refusals name person, channel and answer of the winner."""
    batch = await batch_at_company_gate(registration, *[None] * 12)
    mere, tevita, form = await asyncio.gather(
        _answering(registration, batch, "Mere", "1000001"),
        _answering(registration, batch, "Tevita", "1000002"),
        _through_the_form(registration, batch),
    )
    recorded = await registration.query("select job_id, decided_by, source, accepted from registration_decisions")
    assert len(recorded) == 3 * 12
    decided = [row for row in recorded if row["accepted"]]
    assert len(decided) == len({row["job_id"] for row in decided}) == 12
    winners = {str(row["job_id"]): f"{row['decided_by']} ({row['source']}) at" for row in decided}
    for entry in (*mere, *tevita):
        won = winners[entry["job_id"]].startswith(entry["decided_by"])
        assert entry["accepted"] is won
        assert won or winners[entry["job_id"]] in entry["reason"]
    assert sum(verdict.accepted for verdict in form) == sum("Pia" in winner for winner in winners.values())
    assert all(": " in str(verdict.reason) for verdict in form if not verdict.accepted)
