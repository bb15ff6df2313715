"""Automations: what the Prefect server does by itself when something happens."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.events.actions import RunDeployment
from prefect.events.schemas.automations import Automation, AutomationCore, EventTrigger, Posture

from registration.models.decisions import GateName

RECOVERY = "registration: an answered gate is recovered at once"
_RECOVERY_DEPLOYMENT = "recover-batches/recover-batches"
_COMPARED = {"description", "trigger", "actions"}


async def provide_automations(client: PrefectClient) -> list[str]:
    """Have our automations; one that somebody switched off on the server stays so.

    The deployments that they start must be there.
    """
    recovery = await client.read_deployment_by_name(_RECOVERY_DEPLOYMENT)
    return await provide_automation(client, _recovery(recovery.id))


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
    """A person answered a gate. If its process is gone somebody must take the batch over now, not in a minute.

    It fires for gates with a living process too: then recovery finds that somebody works on the batch.
    """
    answered = EventTrigger(
        after={"prefect.flow-run.Paused"},
        expect={"prefect.flow-run.Running"},
        match_related={"prefect.resource.role": "flow", "prefect.resource.name": [*GateName]},
        for_each={"prefect.resource.id"},
        posture=Posture.Reactive,
        threshold=1,
        within=timedelta(0),
    )
    batch = {name: _parameter(name) for name in ("organisation_id", "batch_id")}
    return AutomationCore(
        name=RECOVERY,
        description="Looks after the batch of a gate that was just answered, in case its process is gone.",
        trigger=answered,
        actions=[
            RunDeployment(
                source="selected",
                deployment_id=deployment_id,
                parameters=batch,
                job_variables=None,
                schedule_after=timedelta(0),
            )
        ],
    )


def _parameter(name: str) -> dict[str, str]:
    return {"__prefect_kind": "jinja", "template": f"{{{{ flow_run.parameters['{name}'] }}}}"}
