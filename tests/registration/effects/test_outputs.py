"""What is read from the platform's answers, and what is kept."""

from typing import Any

import pytest
from pydantic import ValidationError

from registration.effects.outputs import (
    OUTPUTS,
    AccountOutputs,
    ItemTagsOutputs,
    OptionSetsOutputs,
    RestaurantOutputs,
)
from registration.workflow.sub_steps import SubStepName

N = SubStepName

ANSWERS: dict[SubStepName, dict[str, Any]] = {
    N.CLOUDWAITRESS_ACCOUNT: {"account_id": "7", "email": "a@b.nz", "alreadyExists": False},
    N.CODE_GENERATION: {"codeInjectionId": "4", "generatedAt": "2026-11-21T10:00:00Z", "filePaths": {"head": "/h"}},
    N.CREATE_ONBOARDING_USER: {"userName": "Mere", "userEmail": "a@b.nz", "passwordGenerated": False},
    N.UPLOAD_IMAGES: {"status": "started", "total": 12},
    N.RESTAURANT_REGISTRATION: {
        "restaurant": {
            "pumpd_restaurant_id": "RESX1",
            "pumpd_subdomain": "kai",
            "dashboard_url": "https://admin.example",
            "registration_status": "completed",
        }
    },
    N.WEBSITE_CONFIG: {"uploadedLogoUrl": None, "demoStoreUrl": "https://kai.example"},
    N.SERVICES_CONFIG: {},
    N.PAYMENT_CONFIG: {"stripeConnectUrl": None},
    N.MENU_IMPORT: {"itemCount": 48},
    N.SYNC_ONBOARDING_USER: {"onboardingId": "ONB1", "updatedFields": ["email"]},
    N.OPTION_SETS: {"summary": {"total": 8, "created": 8, "failed": 0}},
    N.ITEM_TAGS: {"summary": {"total": 5, "created": 5, "failed": 0, "itemsAssigned": 20}},
}
LEFT_OUT = {"alreadyExists", "filePaths", "itemCount"}
"""What some answers of the platform leave out."""
REQUIRED = [
    (name, field)
    for name, answer in ANSWERS.items()
    for field in answer
    if name is not N.UPLOAD_IMAGES and field not in LEFT_OUT
]


def test_every_sub_step_has_outputs() -> None:
    """A thirteenth sub-step is not forgotten."""
    assert set(OUTPUTS) == set(ANSWERS) == set(SubStepName)


@pytest.mark.parametrize("name", SubStepName)
def test_outputs_are_read_kept_and_read_again(name: SubStepName) -> None:
    """From the answer, by field names into the database, and back to the same."""
    outputs = OUTPUTS[name].model_validate({"success": True, "message": "done", **ANSWERS[name]})
    kept = outputs.model_dump(mode="json")
    assert set(kept) == set(OUTPUTS[name].model_fields)
    assert OUTPUTS[name].model_validate(kept) == outputs
    assert OUTPUTS[name].model_validate_json(outputs.model_dump_json()) == outputs
    assert outputs.failure() is None


@pytest.mark.parametrize("name, field", REQUIRED)
def test_a_success_without_what_it_should_tell_is_refused(name: SubStepName, field: str) -> None:
    """`success: true` alone is no account id, no restaurant, no summary."""
    answer = {key: value for key, value in ANSWERS[name].items() if key != field}
    with pytest.raises(ValidationError):
        OUTPUTS[name].model_validate({"success": True, **answer})


@pytest.mark.parametrize("name", SubStepName)
def test_passwords_are_not_kept(name: SubStepName) -> None:
    """An answer that repeats a password does not bring it into the database."""
    secrets = {"password": "Sesame!1", "userPassword": "Sesame!1"}
    outputs = OUTPUTS[name].model_validate({**ANSWERS[name], **secrets})
    assert "Sesame" not in f"{outputs!r} {outputs.model_dump_json()}"


def test_an_answer_that_is_refused_is_not_repeated_in_the_error() -> None:
    """A password that came in the wrong place does not come out in the error."""
    with pytest.raises(ValidationError) as caught:
        OUTPUTS[N.CREATE_ONBOARDING_USER].model_validate(
            {"userName": "M", "userEmail": "e", "passwordGenerated": "Sesame!1"}
        )
    assert "Sesame" not in str(caught.value)


def test_things_that_failed_are_a_failure_with_its_numbers() -> None:
    """A success with failures in its summary is none."""
    sets = OptionSetsOutputs.model_validate({"summary": {"total": 8, "created": 5, "failed": 3}})
    tags = ItemTagsOutputs.model_validate({"summary": {"total": 5, "created": 4, "failed": 1, "itemsAssigned": 9}})
    assert sets.failure() == "3 of 8 option sets failed (5 created)"
    assert tags.failure() == "1 of 5 item tags failed (4 created)"


def test_an_account_is_existing_only_if_nothing_was_sent() -> None:
    """`alreadyExists` of an answer and `existing` of ours are two things."""
    outputs = AccountOutputs.model_validate({"account_id": "7", "email": "a@b.nz", "alreadyExists": True})
    assert (outputs.already_exists, outputs.existing) == (True, False)


@pytest.mark.parametrize("missing", ["pumpd_restaurant_id", "pumpd_subdomain", "registration_status"])
def test_a_registration_without_its_parts_is_refused(missing: str) -> None:
    """Also inside of `restaurant` nothing may be missing."""
    restaurant = {**ANSWERS[N.RESTAURANT_REGISTRATION]["restaurant"]}
    del restaurant[missing]
    with pytest.raises(ValidationError):
        RestaurantOutputs.model_validate({"restaurant": restaurant})
