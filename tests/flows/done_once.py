"""What a batch must have at its end, however often its process changed: nothing was done or asked twice."""

from registration.workflow.sub_steps import SUB_STEPS
from tests.flows.gates import COMPANY, CONFIG
from tests.flows.stage import Opened, Stage


async def every_effect_happened_once(stage: Stage, batch: Opened) -> None:
    """One effect of each kind per restaurant."""
    done = await stage.platform.done(batch.organisation_id)
    for restaurant in batch.names:
        assert {row.endpoint: done[restaurant][row.endpoint] for row in SUB_STEPS.values()} == {
            row.endpoint: 1 for row in SUB_STEPS.values()
        }


async def every_gate_was_decided_once(stage: Stage, batch: Opened) -> None:
    """One decision per restaurant and gate."""
    decided = [(one["restaurant"], one["gate"]) for one in await stage.records.decisions(batch.batch_id)]
    assert sorted(decided) == sorted((name, gate) for name in batch.names for gate in (COMPANY, CONFIG))


async def everything_was_done_once(stage: Stage, batch: Opened) -> None:
    """One effect of each kind and one decision per gate for every restaurant."""
    await every_effect_happened_once(stage, batch)
    await every_gate_was_decided_once(stage, batch)
