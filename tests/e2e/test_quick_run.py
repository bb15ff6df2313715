"""A batch that is started from the Prefect UI alone."""

from uuid import UUID

import pytest
from playwright.async_api import Page
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.client.schemas.sorting import FlowRunSort
from pydantic import SecretStr

from dev.prefect_ui.operator import Operator
from tests.e2e.installation import Installation
from tests.e2e.waiting_gates import look_away
from tests.waiting import eventually

pytestmark = [pytest.mark.browser, pytest.mark.slow]


async def test_a_pasted_list_of_ids_becomes_a_batch(operator: Operator, installation: Installation) -> None:
    """Separated by lines and commas; a search for a restaurant's name finds its run."""
    restaurants = await installation.restaurants(3)
    first, second, third = restaurants.values()
    form = await operator.quick_run(await installation.deployment())
    await form.write("Organisation", str(installation.organisation))
    await form.write("Restaurants", f"{first}\n{second}, {third}\n")
    assert await form.submit() is None

    await look_away(operator)
    batch = await eventually(lambda: _batch_of(installation, first), "the batch is there")
    for restaurant in restaurants:
        assert await operator.runs_named(restaurant) == [restaurant]
    assert "(3 restaurants)" in (await operator.runs_named(batch))[0]


async def test_the_form_has_titles(operator: Operator, installation: Installation) -> None:
    """Titles instead of parameter names, in order, and no type switches."""
    form = await operator.quick_run(await installation.deployment())
    assert (await form.titles())[:5] == ["Organisation", "Restaurants", "Existing batch", "Options", "Name"]
    assert await form.part.locator(".p-button-group").count() == 0


async def test_invalid_ids_are_named(operator: Operator, installation: Installation) -> None:
    """The run ends at once, and its message names the words that are no ids."""
    form = await operator.quick_run(await installation.deployment())
    await form.write("Organisation", str(installation.organisation))
    await form.write("Restaurants", "RES-1 Kai Cafe")
    assert await form.submit() is None
    await look_away(operator)
    run = await installation.wait_for_end(await _latest_run(installation))
    assert run.state is not None
    assert run.state.message is not None
    assert "'RES-1', 'Kai', 'Cafe': no restaurant's id" in run.state.message


async def _latest_run(installation: Installation) -> UUID:
    """The latest run of register-batch, since the schedules of other deployments plan runs ahead."""
    [run] = await installation.client.read_flow_runs(
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[await installation.deployment()])),
        limit=1,
        sort=FlowRunSort.EXPECTED_START_TIME_DESC,
    )
    return run.id


async def _batch_of(installation: Installation, restaurant_id: UUID) -> str | None:
    rows = await installation.records.query(
        "select b.name from registration_batch_jobs b join registration_jobs j on j.batch_job_id = b.id"
        " where j.restaurant_id = %(restaurant)s and b.started_at is not null",
        restaurant=restaurant_id,
    )
    return rows[0]["name"] if rows else None


async def test_a_wrong_password_is_refused(installation: Installation, page: Page) -> None:
    """At once and without repetition; the right password opens the runs."""
    ui_url = installation.stack.addresses.prefect_ui_url
    assert ui_url is not None
    with pytest.raises(PermissionError, match="refuses the password") as raised:
        await Operator(page, ui_url, SecretStr("operator:guessed")).gates()
    assert "guessed" not in str(raised.value)
    assert isinstance(await Operator.at(page, installation.stack).gates(), list)
