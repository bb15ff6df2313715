"""`registration start --restaurant ID --config FILE`: its checks, and the batch that it opens."""

import json
from uuid import UUID

import pytest

from registration.restaurants.queries import save_restaurant
from tests.interfaces.cli.conftest import Commands, Runs
from tests.interfaces.cli.waiting_batches import COMPLETE

SWITCHED_OFF = ("uploadImages", "menuImport", "optionSets", "itemTags")
GIVEN = {"steps_enabled": dict.fromkeys(SWITCHED_OFF, False), "account": {"email": "kai@example.nz"}}


async def _restaurant(registration: Commands) -> str:
    [restaurant] = await registration.restaurants(1)
    async with registration.database.transaction(registration.organisation_id) as transaction:
        await save_restaurant(transaction, UUID(restaurant), COMPLETE)
    return restaurant


async def test_a_dry_run_prints_the_whole_configuration(registration: Commands) -> None:
    """It can be used as a file itself."""
    restaurant = await _restaurant(registration)
    file = registration.file("kai.json", json.dumps(GIVEN))
    result = await registration("start", "--restaurant", restaurant[:8], "--config", file, "--dry-run")
    assert result.code == 0, result.err
    assert result.json["restaurant"]["address"] == "1 Queen Street"
    assert result.json["onboarding"] == {"user_name": "Mere Ngata", "user_email": "kai@example.nz"}
    whole = registration.file("whole.json", result.out)
    again = await registration("start", "--restaurant", restaurant, "--config", whole, "--dry-run")
    assert (again.code, again.json) == (0, result.json)
    assert await registration.query("select 1 from registration_batch_jobs") == []


@pytest.mark.parametrize(
    "content, said", [("{", "is not JSON"), ("{}", "no e-mail"), ('{"x": 1}', "x: is not a known")]
)
async def test_a_refusal_says_what_is_wrong(registration: Commands, content: str, said: str) -> None:
    """Nothing is started."""
    restaurant = await _restaurant(registration)
    file = registration.file("kai.json", content)
    result = await registration("start", "--restaurant", restaurant, "--config", file)
    assert (result.code, said in result.err) == (2, True), result.err
    assert await registration.query("select 1 from registration_batch_jobs") == []


async def test_options_that_do_not_fit_are_refused(registration: Commands) -> None:
    """A restaurant needs its configuration, and its options are those of one restaurant."""
    file = registration.file("kai.json", "{}")
    for wrong in (
        ("--restaurant", "1a2b3c4d"),
        ("--config", file),
        ("--restaurant", "1a2b3c4d", "--config", file, "--split"),
        ("--batch", "1a2b3c4d", "--dry-run"),
    ):
        assert (await registration("start", *wrong)).code == 2


async def test_the_same_file_again_goes_on_with_the_same_batch(registration: Commands, runs: Runs) -> None:
    """The person is the one who configured it; the second start says so."""
    restaurant = await _restaurant(registration)
    file = registration.file("kai.json", json.dumps(GIVEN))
    words = ("start", "--restaurant", restaurant, "--config", file, "--by", "Mere")
    first = await registration(*words, "--json")
    assert first.code == 0, first.err
    second = await registration(*words)
    assert (second.code, "was started with this configuration before" in second.out) == (0, True), second.out
    [batch] = await registration.query("select id, created_by from registration_batch_jobs")
    assert (str(batch["id"]), batch["created_by"]) == (first.json[0]["batch_id"], "Mere")
    assert {run.parameters["batch_id"] for run in await runs.all()} == {str(batch["id"])}
    [job] = await registration.query("select id from registration_jobs")
    assert "configured by Mere" in (await registration("show", job["id"])).out
