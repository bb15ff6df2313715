"""Several people answer the same gate at once: the first wins per restaurant, the others are told who it was."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from registration.gates.decide import decide
from registration.gates.decisions import Channel, GivenAnswer, NoMatch, Verdict
from registration.workflow.steps import GateName
from tests.interfaces.cli.conftest import Commands
from tests.interfaces.cli.gates import Waiting, at_company_gate

_PROGRAM = Path(sys.executable).parent / "registration"


async def _answering(registration: Commands, batch: Waiting, by: str, number: str) -> list[dict[str, Any]]:
    """A process of its own that answers for every restaurant."""
    rows = "".join(f"{job},company,{number}\n" for job in batch.jobs)
    file = registration.file(f"{by}.csv", f"job,answer,company_number\n{rows}")
    arguments = ("answer", str(batch.batch_id), "--file", file, "--by", by, "--json")
    process = await asyncio.create_subprocess_exec(_PROGRAM, *arguments, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    return json.loads(said)["decisions"]


async def _through_the_form(registration: Commands, batch: Waiting) -> list[Verdict]:
    """What the gate's flow does with a form that was submitted."""
    given = [
        GivenAnswer(
            job_id=job,
            gate=GateName.COMPANY_SELECTION,
            visit=1,
            answer=NoMatch(),
            decided_by="Pia",
            channel=Channel.PREFECT,
        )
        for job in reversed(batch.jobs)
    ]
    return [await decide(registration.database, registration.organisation_id, one) for one in given]


async def test_of_two_processes_and_a_form_one_wins_each_restaurant(registration: Commands) -> None:
    """Exactly one accepted decision per restaurant; everybody else hears who, through which door, and what."""
    batch = await at_company_gate(registration, *[None] * 12)
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
    for one in (*mere, *tevita):
        won = winners[one["job_id"]].startswith(one["decided_by"])
        assert one["accepted"] is won
        assert won or winners[one["job_id"]] in one["reason"]
    assert sum(verdict.accepted for verdict in form) == sum("Pia" in winner for winner in winners.values())
    assert all(": " in str(verdict.reason) for verdict in form if not verdict.accepted)
