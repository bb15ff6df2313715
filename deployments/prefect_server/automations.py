"""Automations: flow runs that the Prefect server starts by itself; those of earlier versions are removed."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.events.actions import RunDeployment
from prefect.events.schemas.automations import Automation, AutomationCore, EventTrigger, Posture
from prefect.exceptions import ObjectNotFound

from registration.workflow.steps import GateName
from tasks.batch_runs import DEPLOYMENT
from tasks.reporting.events import GATE_LEFT

RECOVERY = "registration: an answered gate is recovered at once"
LEFT = "registration: an answer starts a batch that was left to people"
_RECOVERY_DEPLOYMENT = "recover-batches/recover-batches"
_LATER = timedelta(seconds=10)
_COMPARED = {"description", "trigger", "actions"}


async def provide_automations(client: PrefectClient) -> list[str]:
    """Create or update our automations; an automation that a person switched off stays off.

    The deployments that they start must exist.
    """
    recovery = await client.read_deployment_by_name(_RECOVERY_DEPLOYMENT)
    batch = await client.read_deployment_by_name(DEPLOYMENT)
    changes = await provide_automation(client, _recovery(recovery.id))
    return changes + await provide_automation(client, _left(batch.id))


async def provide_automation(client: PrefectClient, wanted: AutomationCore) -> list[str]:
    """Create or update the automation of this name; it stays switched on or off."""
    found = await client.read_automations_by_name(wanted.name)
    if not found:
        await client.create_automation(wanted)
        return [f"automation {wanted.name}: made"]
    first, *others = found
    for other in others:
        await client.delete_automation(other.id)
    if _compared(first) == _compared(wanted) and not others:
        return []
    await client.update_automation(first.id, wanted.model_copy(update={"enabled": first.enabled}))
    return [f"automation {wanted.name}: changed"]


def _compared(automation: AutomationCore | Automation) -> dict[str, Any]:
    """The values of an automation that we define, without the server's trigger ids; sets stay unordered."""
    return automation.model_dump(include=_COMPARED, exclude={"trigger": {"id"}})


def _recovery(deployment_id: UUID) -> AutomationCore:
    """After an answer to a gate: if the batch's process is dead, recovery must start at once, not within a minute.

    The automation also fires for gates with a living process and for handed-over batches: recovery then finds a run. It
    is delayed a little, so that it does not compete with those runs.
    """
    return AutomationCore(
        name=RECOVERY,
        description="Recovers the batch of a gate that was just answered, in case its process is dead.",
        trigger=_goes_on(after="prefect.flow-run.Paused"),
        actions=[_run_for_batch(deployment_id, after=_LATER)],
    )


def _left(deployment_id: UUID) -> AutomationCore:
    """After an answer to a gate whose process has handed the batch over: start the batch without a search."""
    return AutomationCore(
        name=LEFT,
        description="Starts the batch of a gate that was just answered and had no waiting process.",
        trigger=_goes_on(after=GATE_LEFT),
        actions=[_run_for_batch(deployment_id)],
    )


def _goes_on(after: str) -> EventTrigger:
    """Trigger for a gate's run that goes on after this event; Prefect adds the flow to every event of a run."""
    return EventTrigger(
        after={after},
        expect={"prefect.flow-run.Running"},
        match_related={"prefect.resource.role": "flow", "prefect.resource.name": [*GateName]},
        for_each={"prefect.resource.id"},
        posture=Posture.Reactive,
        threshold=1,
        within=timedelta(0),
    )


def _run_for_batch(deployment_id: UUID, after: timedelta = timedelta(0)) -> RunDeployment:
    return RunDeployment(
        source="selected",
        deployment_id=deployment_id,
        parameters={name: _parameter(name) for name in ("organisation_id", "batch_id")},
        job_variables=None,
        schedule_after=after,
    )


def _parameter(name: str) -> dict[str, str]:
    return {"__prefect_kind": "jinja", "template": f"{{{{ flow_run.parameters['{name}'] }}}}"}


_LIMIT = "registration-browser"


async def remove_left_over(client: PrefectClient) -> list[str]:
    """Remove the concurrency limit of browser-heavy requests: the slots are now rows of our database."""
    try:
        await client.delete_global_concurrency_limit_by_name(_LIMIT)
    except ObjectNotFound:
        return []
    return [f"concurrency limit {_LIMIT}: removed"]
