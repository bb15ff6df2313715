"""The deployment `intake`: nightly, off until it is switched on, for the organisation of whoever deploys."""

from uuid import uuid4

import pytest
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule

from deployments.prefect_server.deployments import provide_deployments
from deployments.prefect_server.work_pools import provide_work_pools

pytestmark = pytest.mark.slow


async def deployed(client: PrefectClient) -> DeploymentResponse:
    """The deployment as it is after deploying."""
    await provide_work_pools(client)
    await provide_deployments(client)
    return await client.read_deployment_by_name("intake/intake")


async def test_it_is_nightly_and_stays_as_it_was_switched(
    client: PrefectClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At two in New Zealand; deploying again, also for another organisation, does not switch it off."""
    ours, theirs = str(uuid4()), str(uuid4())
    monkeypatch.setenv("REGISTRATION_ORGANISATION", ours)
    made = await deployed(client)
    [nightly] = made.schedules
    assert isinstance(nightly.schedule, CronSchedule)
    assert (nightly.schedule.cron, nightly.schedule.timezone) == ("0 2 * * *", "Pacific/Auckland")
    assert (nightly.active, made.parameters) == (False, {"organisation_id": ours})

    await client.update_deployment_schedule(made.id, nightly.id, active=True)
    monkeypatch.setenv("REGISTRATION_ORGANISATION", theirs)
    again = await deployed(client)
    assert (again.schedules[0].active, again.parameters) == (True, {"organisation_id": theirs})
    await client.update_deployment_schedule(again.id, again.schedules[0].id, active=False)


@pytest.mark.parametrize("name", ["convert-leads/convert-leads", "intake/intake"])
async def test_every_parameter_is_explained_in_its_form(client: PrefectClient, name: str) -> None:
    """Each has a title and a description, and only the organisation must be given."""
    await deployed(client)
    schema = (await client.read_deployment_by_name(name)).parameter_openapi_schema or {}
    assert schema["required"] == ["organisation_id"]
    for field in schema["properties"].values():
        assert field["description"].endswith((".", "all of it may stay as it is."))
        assert field.get("title") or "$ref" in field
