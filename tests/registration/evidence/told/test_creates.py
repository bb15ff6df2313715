"""Evidence of create effects."""

import json
from typing import Any

import pytest

from registration.evidence import Verdict
from registration.evidence.told import creates
from registration.models.outputs import AccountOutputs, MenuOutputs, OptionSetsOutputs, RestaurantOutputs
from tests.registration.evidence.told.cases import EARLIER, MENU, NEVER, OURS, make_case

V = Verdict
OTHER_MENU = "44444444-4444-4444-4444-444444444444"
NOBODY = {"account": None, "hasAccount": False, "pumpdRestaurant": None, "hasRestaurant": False}


def account(email: str = "Kai@Example.nz", status: str = "completed", **more: Any) -> dict[str, Any]:
    """A status answer with an account."""
    return {**NOBODY, "account": {"email": email, "registration_status": status}, "hasAccount": True, **more}


def test_an_account_that_is_not_there_is_not_there() -> None:
    """The platform says so itself."""
    assert creates.account(make_case(NOBODY)).verdict is V.NOT_THERE


@pytest.mark.parametrize("answer", [{}, {"hasAccount": True}, {"hasRestaurant": False}])
def test_an_account_of_which_the_platform_says_nothing_is_no_evidence(answer: dict[str, Any]) -> None:
    """Absent is not "not there"."""
    assert creates.account(make_case(answer)).verdict is V.NO_EVIDENCE


def test_an_account_is_ours_only_if_we_asked_for_it_before() -> None:
    """The e-mail counts however it is capitalised."""
    assert creates.account(make_case(account())).verdict is V.SOMEBODY_ELSES
    ours = creates.account(make_case(account(), ever_sent=True))
    assert ours.verdict is V.THERE
    assert ours.outputs == AccountOutputs(account_id=None, email="Kai@Example.nz", already_exists=False)
    assert creates.account(make_case(account(), after_success=True)).verdict is V.THERE


@pytest.mark.parametrize(
    "status, verdict",
    [
        ("pending", V.PARTLY),
        ("in_progress", V.PARTLY),
        ("failed", V.NOT_THERE),
        ("existing", V.THERE),
        ("completed", V.THERE),
    ],
)
def test_an_account_is_there_when_the_platform_is_done_with_it(status: str, verdict: Verdict) -> None:
    """What is in progress may still come."""
    assert creates.account(make_case(account(status=status), ever_sent=True)).verdict is verdict


def test_an_account_in_progress_that_we_did_not_ask_for_is_somebody_elses() -> None:
    """Waiting for it would make it ours."""
    assert creates.account(make_case(account(status="in_progress"))).verdict is V.SOMEBODY_ELSES


@pytest.mark.parametrize(
    "asked, shown, same",
    [
        ("info@exämple.co.nz", "Info@xn--exmple-cua.co.nz", True),
        ("kai@straße.example", "kai@strasse.example", False),
    ],
)
def test_an_account_is_the_one_that_was_asked_for_however_its_domain_is_written(
    asked: str, shown: str, *, same: bool
) -> None:
    """ASCII and Unicode write one domain; another domain is another account."""
    found = creates.account(make_case(account(shown), email=asked, ever_sent=True))
    assert (found.verdict is V.THERE) is same


def test_another_account_is_not_the_one_that_was_asked_for() -> None:
    """It is somebody else's if the restaurant is registered with it; after a success it may hide ours."""
    other = account("other@example.nz")
    registered = account("other@example.nz", pumpdRestaurant={"pumpd_restaurant_id": "RES1"}, hasRestaurant=True)
    assert creates.account(make_case(other, ever_sent=True)).verdict is V.NOT_THERE
    assert creates.account(make_case(registered, ever_sent=True)).verdict is V.SOMEBODY_ELSES
    assert creates.account(make_case(registered, after_success=True)).verdict is V.NO_EVIDENCE


@pytest.mark.parametrize(
    "answer, verdict",
    [
        ({}, V.NO_EVIDENCE),
        ({"hasRestaurant": True}, V.NO_EVIDENCE),
        (NOBODY, V.NOT_THERE),
        ({"pumpdRestaurant": {"pumpd_restaurant_id": None}}, V.NOT_THERE),
        ({"pumpdRestaurant": {"pumpd_restaurant_id": "RES1"}}, V.PARTLY),
        ({"pumpdRestaurant": {"pumpd_restaurant_id": "RES1", "pumpd_subdomain": "kai"}}, V.THERE),
    ],
)
def test_a_restaurant_is_there_with_id_and_subdomain(answer: dict[str, Any], verdict: Verdict) -> None:
    """A row without an id was made by the generation of code."""
    assert creates.restaurant(make_case(answer)).verdict is verdict


def test_a_restaurant_that_is_there_gives_the_outputs_that_its_dependants_need() -> None:
    """After a crash the id comes from the evidence."""
    found = {"pumpd_restaurant_id": "RES1", "pumpd_subdomain": "kai", "dashboard_url": "https://admin.example"}
    look = creates.restaurant(make_case({"pumpdRestaurant": found}))
    assert isinstance(look.outputs, RestaurantOutputs)
    assert (look.outputs.pumpd_restaurant_id, look.outputs.pumpd_subdomain) == ("RES1", "kai")
    assert look.evidence == found


@pytest.mark.parametrize(
    "area, verdict, after_success",
    [
        (None, V.NO_EVIDENCE, V.NO_EVIDENCE),
        ({"email": None}, V.NOT_THERE, V.NOT_THERE),
        ({"email": "KAI@example.nz"}, V.THERE, V.THERE),
        ({"email": "other@example.nz"}, V.NOT_THERE, V.NO_EVIDENCE),
    ],
)
def test_an_onboarding_user_is_there_by_e_mail(
    area: dict[str, Any] | None, verdict: Verdict, after_success: Verdict
) -> None:
    """Whoever created it."""
    setup = {"onboardingUser": area} if area else {}
    assert creates.onboarding_user(make_case(setup=setup)).verdict is verdict
    assert creates.onboarding_user(make_case(setup=setup, after_success=True)).verdict is after_success


@pytest.mark.parametrize(
    "area, items, verdict",
    [
        (None, 40, V.NO_EVIDENCE),
        ({"menu_id": None, "items": 0, "expected": 0, **NEVER}, 40, V.NOT_THERE),
        ({"menu_id": str(MENU), "items": 0, "expected": 40}, 40, V.NOT_THERE),
        ({"menu_id": str(MENU), "items": 39, "expected": 39}, 40, V.PARTLY),
        ({"menu_id": str(MENU), "items": 40, "expected": 41}, 40, V.THERE),
        ({"menu_id": str(MENU), "items": 40, "expected": 41}, None, V.PARTLY),
        ({"menu_id": str(MENU), "items": 41, "expected": 41}, None, V.THERE),
        ({"menu_id": str(MENU), "items": 41}, None, V.NO_EVIDENCE),
        ({"menu_id": OTHER_MENU, "items": 40, "expected": 40}, 40, V.SOMEBODY_ELSES),
        ({"menu_id": OTHER_MENU, "items": 0, "expected": 40}, 40, V.NOT_THERE),
    ],
)
def test_a_menu_is_there_with_all_items_that_were_asked_for(
    area: dict[str, Any] | None, items: int | None, verdict: Verdict
) -> None:
    """Our own count decides, the platform's if we have none; another menu is somebody else's."""
    setup = {"menu": area} if area else {}
    assert creates.menu(make_case(setup=setup, menu_items=items)).verdict is verdict
    assert creates.menu(make_case(setup=setup, menu_items=items, after_success=True)).verdict is verdict


def test_a_menu_that_is_there_tells_its_items() -> None:
    """Its outputs are counted, not claimed."""
    look = creates.menu(make_case(setup={"menu": {"menu_id": str(MENU), "items": 40, "expected": 40, **EARLIER}}))
    assert look.outputs == MenuOutputs(item_count=40, menu_id=MENU)
    assert look.reason == "40 of 40 menu items are there"


@pytest.mark.parametrize("name", ["optionSets", "itemTags"])
@pytest.mark.parametrize(
    "area, verdict, after_success",
    [
        (None, V.NO_EVIDENCE, V.NO_EVIDENCE),
        ({"expected": 0, "created": 0, **NEVER}, V.NOT_THERE, V.NOT_THERE),
        ({"expected": 0, "created": 0, **OURS}, V.THERE, V.THERE),
        ({"expected": 0, "created": 0, **EARLIER}, V.NOT_THERE, V.THERE),
        ({"expected": 0, "created": 0}, V.NOT_THERE, V.NO_EVIDENCE),
        ({"expected": 8, "created": 0}, V.NOT_THERE, V.NOT_THERE),
        ({"expected": 8, "created": 7, **OURS}, V.PARTLY, V.PARTLY),
        ({"expected": 8, "created": 8}, V.THERE, V.THERE),
        ({"expected": 8, "created": 8, **EARLIER}, V.THERE, V.THERE),
    ],
)
def test_option_sets_and_tags_are_there_when_all_are_created(
    name: str, area: dict[str, Any] | None, verdict: Verdict, after_success: Verdict
) -> None:
    """A menu without any has all of them, once the platform was asked."""
    judge = creates.option_sets if name == "optionSets" else creates.item_tags
    setup = {name: area} if area else {}
    look = judge(make_case(setup=setup))
    assert look.verdict is verdict
    assert (look.outputs is not None) is (verdict is V.THERE)
    assert judge(make_case(setup=setup, after_success=True)).verdict is after_success


def test_evidence_is_json_and_outputs_count_what_is_there() -> None:
    """What was seen is kept with the sub-step."""
    look = creates.option_sets(make_case(setup={"optionSets": {"expected": 8, "created": 8, **OURS}}))
    assert isinstance(look.outputs, OptionSetsOutputs)
    assert (look.outputs.summary.created, look.outputs.failure()) == (8, None)
    assert json.loads(json.dumps(look.evidence))["created"] == 8


def test_an_account_is_not_missing_where_the_row_of_its_restaurant_hides_it() -> None:
    """The platform shows the account of that row; one that code generation has made has none."""
    hidden = {"pumpdRestaurant": {"pumpd_restaurant_id": None, "registration_status": "pending"}}
    for after_success in (False, True):
        look = creates.account(make_case({**NOBODY, **hidden}, after_success=after_success))
        assert look.verdict is V.NO_EVIDENCE
    assert creates.account(make_case(NOBODY)).verdict is V.NOT_THERE
