"""The required end state of a batch, however often its process changed: nothing was done or asked twice."""

from registration.workflow.sub_steps import SUB_STEPS
from tests.flows.gates import COMPANY, CONFIG
from tests.flows.system import OpenedBatch, RunningSystem


async def every_effect_happened_once(system: RunningSystem, batch: OpenedBatch) -> None:
    """One effect of each kind per restaurant."""
    done = await system.platform.done(batch.organisation_id)
    for restaurant in batch.names:
        assert {row.endpoint: done[restaurant][row.endpoint] for row in SUB_STEPS.values()} == {
            row.endpoint: 1 for row in SUB_STEPS.values()
        }


async def every_gate_was_decided_once(system: RunningSystem, batch: OpenedBatch) -> None:
    """One decision per restaurant and gate."""
    decided = [(one["restaurant"], one["gate"]) for one in await system.records.decisions(batch.batch_id)]
    assert sorted(decided) == sorted((name, gate) for name in batch.names for gate in (COMPANY, CONFIG))


async def everything_was_done_once(system: RunningSystem, batch: OpenedBatch) -> None:
    """One effect of each kind and one decision per gate for every restaurant."""
    await every_effect_happened_once(system, batch)
    await every_gate_was_decided_once(system, batch)
