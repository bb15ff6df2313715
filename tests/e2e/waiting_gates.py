"""Waits for gates through the Prefect API, then opens their forms in the browser as a person does."""

from dev.prefect_ui.form import Form
from dev.prefect_ui.operator import Operator
from tests.e2e.installation import Installation, StartedBatch
from tests.flows.gates import Gates
from tests.waiting import eventually

COMPANIES, CONFIGURATION = "Company selection", "Yolo config"


async def look_away(operator: Operator) -> None:
    """Open a blank page before a wait: an open page of the UI asks the server and draws all the time."""
    await operator.page.goto("about:blank")


async def wait_for_gate(installation: Installation, batch: StartedBatch, gate: str, *words: str) -> None:
    """Wait until a gate of the batch waits whose name contains all of these words."""
    gates = Gates(installation.client, batch.id)

    async def shown() -> bool:
        return any(all(word in run.name for word in (gate, *words)) for run in await gates.open_runs())

    await eventually(shown, f"{gate} waits ({', '.join(words)})")


async def open_gate(
    operator: Operator, installation: Installation, batch: StartedBatch, gate: str, *words: str
) -> Form:
    """Wait for a gate at a blank page, find it on the runs page, and open its form."""
    await look_away(operator)
    await wait_for_gate(installation, batch, gate, *words)
    return await operator.open_gate(gate, batch.name, *words)
