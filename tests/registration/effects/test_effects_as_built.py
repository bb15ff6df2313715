"""Accounts and restaurants of which the platform as it is built gives no clear answer, or says what is not so."""

import pytest

from registration.configuration.models import RestaurantSection
from registration.effects import Effect
from registration.effects.outputs import AccountOutputs, RestaurantOutputs
from registration.errors import EffectFailed, EffectUndecided
from registration.platform import requests
from registration.platform.requests import RegistrationType
from registration.states import SubStepStatus
from registration.workflow.sub_steps import SUB_STEPS, SubStepName
from tests.registration.as_built import as_built, own_sandbox, sandbox_platform, sandbox_rows
from tests.registration.job_process import PASSWORD, JobProcess

__all__ = ["as_built", "own_sandbox", "sandbox_platform", "sandbox_rows"]

ACCOUNT, RESTAURANT = SubStepName.CLOUDWAITRESS_ACCOUNT, SubStepName.RESTAURANT_REGISTRATION
FIRST = RegistrationType.EXISTING_ACCOUNT_FIRST_RESTAURANT


async def play(work: JobProcess, name: SubStepName, case: str) -> None:
    """Have the platform give one answer of its contract."""
    play = {"endpoint": SUB_STEPS[name].endpoint, "case": case, "organisation": str(work.organisation_id)}
    (await work.control.post("/sandbox/plays", json=play)).raise_for_status()


def registration(work: JobProcess) -> Effect:
    """The request of the sub-step."""
    restaurant = RestaurantSection(name="Kai", address="1 Queen Street", city="Auckland", phone="+6493791234")
    request = requests.register_restaurant(work.restaurant_id, FIRST, work.email, PASSWORD, restaurant)
    return work.effect(RESTAURANT, request)


async def test_an_account_hidden_by_generated_code_is_found_without_a_second_request(as_built: JobProcess) -> None:
    """Its answer is lost, and the status route shows the restaurant without an account."""
    await as_built.platform.send(as_built.code().request, 10)
    await as_built.misbehave("register-account", "cut_after")
    outputs = await as_built.ledger.perform(as_built.job_id, as_built.account())
    assert isinstance(outputs, AccountOutputs)
    assert len(await as_built.calls("register-account")) == 1
    [row] = await as_built.query("select known from registration_sub_steps where name = 'cloudwaitressAccount'")
    assert row["known"] == "proven"


async def test_an_account_that_existed_before_is_not_adopted(as_built: JobProcess) -> None:
    """The platform says success, and has stored the e-mail with our password."""
    await play(as_built, ACCOUNT, "existed before")
    with pytest.raises(EffectFailed, match="was not made here"):
        await as_built.ledger.perform(as_built.job_id, as_built.account())
    assert len(await as_built.calls("register-account")) == 1


async def test_the_restaurants_id_comes_from_its_row(as_built: JobProcess) -> None:
    """The platform's answer has the row as it was before."""
    await as_built.ledger.perform(as_built.job_id, as_built.account())
    outputs = await as_built.ledger.perform(as_built.job_id, registration(as_built))
    assert isinstance(outputs, RestaurantOutputs)
    assert outputs.pumpd_restaurant_id is not None
    assert outputs.pumpd_restaurant_id.startswith("RES")


@pytest.mark.parametrize(
    "case",
    [
        "created, id not stored: the subdomain belongs to another row",
        "created, id not stored: its form is unknown",
        "script failed, effect not known",
    ],
)
async def test_a_restaurant_of_which_the_id_is_not_known_is_for_a_person(as_built: JobProcess, case: str) -> None:
    """It may exist: it is requested once, and no second one is made."""
    await as_built.ledger.perform(as_built.job_id, as_built.account())
    await play(as_built, RESTAURANT, case)
    with pytest.raises(EffectUndecided):
        await as_built.ledger.perform(as_built.job_id, registration(as_built))
    row = await as_built.row(RESTAURANT)
    assert (row.status, row.needs_person) == (SubStepStatus.UNKNOWN, True)
    assert len(await as_built.calls("register-restaurant")) == 1
