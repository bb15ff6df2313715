"""Automations: what the Prefect server starts by itself; those of earlier versions are removed."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.events.actions import RunDeployment
from prefect.events.schemas.automations import Automation, AutomationCore, EventTrigger, Posture
from prefect.exceptions import ObjectNotFound

from registration.workflow.steps import GateName
from tasks.recovery import DEPLOYMENT
from tasks.reporting.events import GATE_LEFT

RECOVERY = "registration: an answered gate is recovered at once"
LEFT = "registration: an answer starts a batch that was left to people"
_RECOVERY_DEPLOYMENT = "recover-batches/recover-batches"
_LATER = timedelta(seconds=10)
_COMPARED = {"description", "trigger", "actions"}


async def provide_automations(client: PrefectClient) -> list[str]:
    """Have our automations; one that somebody switched off on the server stays so.

    The deployments that they start must be there.
    """
    recovery = await client.read_deployment_by_name(_RECOVERY_DEPLOYMENT)
    batch = await client.read_deployment_by_name(DEPLOYMENT)
    changes = await provide_automation(client, _recovery(recovery.id))
    return changes + await provide_automation(client, _left(batch.id))


async def provide_automation(client: PrefectClient, wanted: AutomationCore) -> list[str]:
    """Have one automation of this name, as it is wanted, switched on or off as it was found."""
    found = await client.read_automations_by_name(wanted.name)
    if not found:
        await client.create_automation(wanted)
        return [f"automation {wanted.name}: made"]
    first, *others = found
    for one in others:
        await client.delete_automation(one.id)
    if _compared(first) == _compared(wanted) and not others:
        return []
    await client.update_automation(first.id, wanted.model_copy(update={"enabled": first.enabled}))
    return [f"automation {wanted.name}: changed"]


def _compared(automation: AutomationCore | Automation) -> dict[str, Any]:
    """What of it is ours to say; triggers have an id of their own on the server. Sets stay sets: they have no order."""
    return automation.model_dump(include=_COMPARED, exclude={"trigger": {"id"}})


def _recovery(deployment_id: UUID) -> AutomationCore:
    """A person answered a gate. If its process is gone somebody must take the batch over soon, not in a minute.

    It fires for gates with a living process too, and for those that were left: then recovery finds that somebody works
    on the batch. It comes a little later, so as not to be in the way of those who do.
    """
    return AutomationCore(
        name=RECOVERY,
        description="Looks after the batch of a gate that was just answered, in case its process is gone.",
        trigger=_goes_on(after="prefect.flow-run.Paused"),
        actions=[_run_for_batch(deployment_id, after=_LATER)],
    )


def _left(deployment_id: UUID) -> AutomationCore:
    """A person answered a gate that its process had left: the batch need not be looked for, it can start."""
    return AutomationCore(
        name=LEFT,
        description="Starts the batch of a gate that was just answered and that no process waited at.",
        trigger=_goes_on(after=GATE_LEFT),
        actions=[_run_for_batch(deployment_id)],
    )


def _goes_on(after: str) -> EventTrigger:
    """A gate's run goes on after this event of it; Prefect adds the flow to every event that a run emits."""
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
    """Remove the concurrency limit of browser-heavy requests: their slots are rows of our database."""
    try:
        await client.delete_global_concurrency_limit_by_name(_LIMIT)
    except ObjectNotFound:
        return []
    return [f"concurrency limit {_LIMIT}: removed"]
