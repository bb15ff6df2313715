"""The deployment `intake`: nightly, off at first, for the organisation in the deploying environment."""

from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule

from deployments.prefect_server.deployments import provide_deployments
from deployments.prefect_server.work_pools import provide_work_pools

pytestmark = pytest.mark.slow


async def deployed(client: PrefectClient) -> DeploymentResponse:
    """The deployment after a bootstrap."""
    await provide_work_pools(client)
    await provide_deployments(client)
    return await client.read_deployment_by_name("intake/intake")


async def test_it_is_nightly_and_stays_as_it_was_switched(
    client: PrefectClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At two in New Zealand; another bootstrap, even for another organisation, keeps the switch."""
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


async def test_the_server_plans_its_runs_once_it_is_on(client: PrefectClient) -> None:
    """At two in New Zealand; the scheduler of this server is off, so it is asked to plan as the scheduler does."""
    made = await deployed(client)
    [nightly] = made.schedules
    await client.update_deployment_schedule(made.id, nightly.id, active=True)
    await client.request("POST", "/deployments/{id}/schedule", path_params={"id": made.id}, json={"min_runs": 3})
    runs = await client.read_flow_runs(deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[made.id])))
    planned = [run.expected_start_time for run in runs if run.expected_start_time and run.auto_scheduled]
    assert len(planned) >= 3
    assert {f"{at.astimezone(ZoneInfo('Pacific/Auckland')):%H:%M}" for at in planned} == {"02:00"}
    await client.update_deployment_schedule(made.id, nightly.id, active=False)


@pytest.mark.parametrize("name", ["convert-leads/convert-leads", "intake/intake"])
async def test_every_parameter_is_explained_in_its_form(client: PrefectClient, name: str) -> None:
    """Each parameter has a title and a description, and only the organisation is required."""
    await deployed(client)
    schema = (await client.read_deployment_by_name(name)).parameter_openapi_schema or {}
    assert schema["required"] == ["organisation_id"]
    for field in schema["properties"].values():
        assert field["description"].endswith((".", "all of it may stay as it is."))
        assert field.get("title") or "$ref" in field
