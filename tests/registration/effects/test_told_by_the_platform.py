"""Answers as the platform gives them: what they leave out, and what shows that a success is none."""

from typing import Any

import pytest

from registration.effects.outputs import (
    AccountOutputs,
    ImagesOutputs,
    MenuOutputs,
    Outputs,
    PaymentOutputs,
    RestaurantOutputs,
    SyncOutputs,
    outputs_of,
)
from registration.workflow.sub_steps import SubStepName
from tests.platform_contract.contract import contract

N = SubStepName
ASKED = {"email": "owner@kitchen.example", "link_asked": False, "item_count": 12}
LINK_ASKED = ASKED | {"link_asked": True}


def told(endpoint: str, case: str, name: SubStepName, asked: dict[str, Any] = ASKED) -> Outputs:
    """The outputs of one answer of the contract."""
    body = contract().endpoints[endpoint].answer(case).body
    assert isinstance(body, dict)
    return outputs_of(name, body, asked)


READ = [
    ("register-account", "created", N.CLOUDWAITRESS_ACCOUNT),
    ("register-account", "existed before", N.CLOUDWAITRESS_ACCOUNT),
    ("generate-code-injections", "created", N.CODE_GENERATION),
    ("generate-code-injections", "created, but not stored", N.CODE_GENERATION),
    ("create-onboarding-user", "created", N.CREATE_ONBOARDING_USER),
    ("upload-images", "nothing left to upload", N.UPLOAD_IMAGES),
    ("upload-images", "async batch (more than 10 images left)", N.UPLOAD_IMAGES),
    ("register-restaurant", "created", N.RESTAURANT_REGISTRATION),
    ("configure-website", "done", N.WEBSITE_CONFIG),
    ("configure-website", "done, logo given but not uploaded", N.WEBSITE_CONFIG),
    ("configure-services", "done", N.SERVICES_CONFIG),
    ("configure-payment", "done, without link", N.PAYMENT_CONFIG),
    ("import-menu-direct", "done", N.MENU_IMPORT),
    ("update-onboarding-record", "updated", N.SYNC_ONBOARDING_USER),
    ("add-option-sets", "created", N.OPTION_SETS),
    ("add-option-sets", "menu without option sets", N.OPTION_SETS),
    ("add-item-tags", "created", N.ITEM_TAGS),
]


@pytest.mark.parametrize("endpoint, case, name", READ)
def test_every_success_of_the_platform_is_read_kept_and_read_again(endpoint: str, case: str, name: SubStepName) -> None:
    """The members that it has, by the names and types that it gives them."""
    outputs = told(endpoint, case, name)
    assert (outputs.failure(), outputs.missing()) == (None, None)
    assert outputs_of(name, outputs.model_dump(mode="json"), {}) == outputs


NO_SUCCESS = [
    ("upload-images", "synchronous batch (at most 10 images left)", N.UPLOAD_IMAGES, "2 of 3 images"),
    ("upload-images", "synchronous batch, all failed", N.UPLOAD_IMAGES, "0 of 1 images"),
    ("configure-website", "said done, not done", N.WEBSITE_CONFIG, "did not get to the website"),
    ("configure-website", "done, restaurant not registered or address unknown", N.WEBSITE_CONFIG, "not in the list"),
    ("configure-payment", "link asked for, none found", N.PAYMENT_CONFIG, "without the Stripe link"),
    ("configure-payment", "link asked for, no https address at all", N.PAYMENT_CONFIG, "without the Stripe link"),
    ("add-option-sets", "partly created", N.OPTION_SETS, "2 of 9 option sets failed"),
    ("add-option-sets", "no line of numbers in the output", N.OPTION_SETS, "0 of 9 option sets were created"),
    ("add-item-tags", "partly created", N.ITEM_TAGS, "2 of 10 item tags failed"),
]


@pytest.mark.parametrize("endpoint, case, name, why", NO_SUCCESS)
def test_a_success_that_shows_trouble_is_a_failure(endpoint: str, case: str, name: SubStepName, why: str) -> None:
    """`success: true` of a script that swallowed its error, or of which a part is missing."""
    outputs = told(endpoint, case, name, LINK_ASKED)
    assert why in str(outputs.failure() or outputs.missing())


def test_a_link_that_was_asked_for_is_one_of_stripe() -> None:
    """The page where the platform's script stood is none."""
    outputs = told("configure-payment", "done, with link", N.PAYMENT_CONFIG, LINK_ASKED)
    assert outputs.failure() is None
    assert isinstance(outputs, PaymentOutputs)
    assert outputs.link_asked
    evil = outputs.model_copy(update={"stripe_connect_url": "https://admin.example/?next=connect.stripe.com"})
    assert evil.failure() is not None


def test_what_an_answer_leaves_out_was_asked_for() -> None:
    """E-mail and number of dishes are ours; what the platform tells counts more."""
    account = told("register-account", "existed before", N.CLOUDWAITRESS_ACCOUNT)
    assert isinstance(account, AccountOutputs)
    assert (account.email, account.already_exists) == ("owner@kitchen.example", True)
    menu = told("import-menu-direct", "done", N.MENU_IMPORT)
    assert menu == MenuOutputs(item_count=12)
    assert outputs_of(N.MENU_IMPORT, {"itemCount": 7}, ASKED) == MenuOutputs(item_count=7)


def test_modes_of_an_upload_are_told_apart() -> None:
    """In the background there is a batch to follow; nothing left to upload is no batch."""
    background = told("upload-images", "async batch (more than 10 images left)", N.UPLOAD_IMAGES)
    assert isinstance(background, ImagesOutputs)
    assert (background.mode, background.total, background.batch_id is None) == ("asynchronous", 40, False)
    nothing = told("upload-images", "nothing left to upload", N.UPLOAD_IMAGES)
    assert nothing == ImagesOutputs(total=40, uploaded=40)


def test_fields_of_the_onboarding_record_are_counted_or_named() -> None:
    """A number, where the platform gives no names."""
    record = told("update-onboarding-record", "updated", N.SYNC_ONBOARDING_USER)
    assert isinstance(record, SyncOutputs)
    assert record.updated_fields == 14
    named = SyncOutputs.model_validate({"onboardingId": "1", "updatedFields": ["email"]})
    assert named.updated_fields == ("email",)


def test_a_restaurant_is_as_its_row_shows_it_and_not_as_the_answer_told_it() -> None:
    """The answer is the row before the registration, with a dashboard that leads nowhere."""
    answer = told("register-restaurant", "created", N.RESTAURANT_REGISTRATION)
    assert isinstance(answer, RestaurantOutputs)
    assert answer.pumpd_restaurant_id is None
    row = {"pumpd_restaurant_id": "RES1", "pumpd_subdomain": "examplekitchen", "registration_status": "completed"}
    seen = RestaurantOutputs.model_validate(row | {"dashboard_url": "https://admin.example/RES1"})
    assert answer.completed_by(seen) == seen


def test_what_the_platform_shows_fills_only_what_the_answer_did_not_tell() -> None:
    """What the answer told stays."""
    assert MenuOutputs(item_count=None).completed_by(MenuOutputs(item_count=9)) == MenuOutputs(item_count=9)
    assert MenuOutputs(item_count=3).completed_by(MenuOutputs(item_count=9)) == MenuOutputs(item_count=3)
