"""Opening the form of a gate in the browser: a person looks when something waits, not every second."""

from dev.prefect_ui.form import Form
from dev.prefect_ui.operator import Operator
from tests.e2e.installation import Installation, StartedBatch
from tests.flows.gates import Gates
from tests.waiting import eventually

COMPANIES, CONFIGURATION = "Company selection", "Yolo config"


async def waits(installation: Installation, batch: StartedBatch, gate: str, *words: str) -> None:
    """Return once a gate of the batch waits whose name has all of these words; the server is asked for it."""
    gates = Gates(installation.client, batch.id)

    async def shown() -> bool:
        return any(all(word in run.name for word in (gate, *words)) for run in await gates.open_runs())

    await eventually(shown, f"{gate} waits ({', '.join(words)})")


async def open_gate(
    operator: Operator, installation: Installation, batch: StartedBatch, gate: str, *words: str
) -> Form:
    """The form of a gate whose name has all of these words, found on the runs page and opened as a person does it."""
    await waits(installation, batch, gate, *words)
    return await operator.open_gate(gate, batch.name, *words)
