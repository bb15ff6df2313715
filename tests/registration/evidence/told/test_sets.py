"""Evidence of set effects: whose change is it?"""

from collections.abc import Callable
from typing import Any

import pytest

from registration.evidence import Look, Verdict
from registration.evidence.told import sets
from registration.evidence.told.case import Case
from registration.models.outputs import CodeOutputs, ImagesOutputs, PaymentOutputs, WebsiteOutputs
from tests.registration.evidence.told.cases import EARLIER, LATER, MENU, NEVER, OURS, make_case

V = Verdict
AREAS: list[tuple[str, Callable[[Case], Look]]] = [
    ("website", sets.website),
    ("services", sets.services),
    ("payment", sets.payment),
]
CODE = {"hasContent": True, "codeInjectionId": "4", "filePaths": {"head": "/h"}}
OTHER_MENU = "44444444-4444-4444-4444-444444444444"


@pytest.mark.parametrize("name, judge", AREAS)
@pytest.mark.parametrize(
    "area, verdict, after_success",
    [
        (None, V.NO_EVIDENCE, V.NO_EVIDENCE),
        ({"done": False, **NEVER}, V.NOT_THERE, V.NOT_THERE),
        ({"done": False}, V.NOT_THERE, V.NOT_THERE),
        ({"done": True, **OURS}, V.THERE, V.THERE),
        ({"done": True, **LATER}, V.THERE, V.THERE),
        ({"done": True, **EARLIER}, V.NOT_THERE, V.NOT_THERE),
        ({"done": True}, V.NO_EVIDENCE, V.THERE),
    ],
)
def test_a_configuration_counts_only_with_our_key_or_a_later_time(
    name: str, judge: Callable[[Case], Look], area: dict[str, Any] | None, verdict: Verdict, after_success: Verdict
) -> None:
    """An earlier one is not what was asked for now; one without any mark counts only after a success."""
    setup = {name: area} if area else {}
    look = judge(make_case(setup=setup))
    assert look.verdict is verdict
    assert (look.outputs is not None) is (verdict is V.THERE)
    assert judge(make_case(setup=setup, after_success=True)).verdict is after_success


@pytest.mark.parametrize(
    "changed_at, verdict",
    [
        ("2026-11-21T10:00:00.499999Z", V.NOT_THERE),
        ("2026-11-21T10:00:00.500000Z", V.THERE),
        ("2026-11-21T10:00:00Z", V.THERE),
        ("2026-11-21T09:59:59Z", V.NOT_THERE),
        ("2026-11-21T23:00:01+13:00", V.THERE),
    ],
)
def test_a_time_is_compared_as_exactly_as_it_is_told(changed_at: str, verdict: Verdict) -> None:
    """A platform that cuts the fraction of a second does not seem to have been before us."""
    area = {"done": True, "idempotencyKey": "other", "changedAt": changed_at}
    assert sets.services(make_case(setup={"services": area})).verdict is verdict


def test_an_effect_that_was_never_sent_has_only_its_key() -> None:
    """No time is after nothing."""
    assert sets.services(make_case(setup={"services": {"done": True, **LATER}}, sent_at=None)).verdict is V.NOT_THERE
    assert sets.services(make_case(setup={"services": {"done": True, **OURS}}, sent_at=None)).verdict is V.THERE


def test_website_and_payment_take_their_links_from_the_status() -> None:
    """The platform keeps them with the restaurant."""
    status = {"pumpdRestaurant": {"demo_store_url": "https://kai.example", "stripe_connect_url": "https://s.example"}}
    setup = {"website": {"done": True, **OURS}, "payment": {"done": True, **OURS}}
    website, payment = sets.website(make_case(status, setup)), sets.payment(make_case(status, setup))
    assert website.outputs == WebsiteOutputs(uploaded_logo_url=None, demo_store_url="https://kai.example")
    assert payment.outputs == PaymentOutputs(stripe_connect_url="https://s.example")


@pytest.mark.parametrize(
    "answer, verdict",
    [
        ({}, V.NO_EVIDENCE),
        ({"hasContent": False}, V.NOT_THERE),
        ({**CODE, "generatedAt": None}, V.NOT_THERE),
        ({**CODE, "generatedAt": "2026-11-21T10:01:00Z"}, V.THERE),
        ({**CODE, "generatedAt": "2026-11-21T09:01:00Z"}, V.NOT_THERE),
        ({"hasContent": True, "codeInjectionId": "4", "generatedAt": "2026-11-21T10:01:00Z", "config": {}}, V.THERE),
        ({**CODE, "generatedAt": "2026-11-21T10:01:00Z", "config": {"generatedAt": "2026-11-21T10:00:59Z"}}, V.THERE),
        (
            {**CODE, "generatedAt": "2026-11-21T10:01:00Z", "config": {"generatedAt": "2026-11-20T08:00:00Z"}},
            V.NOT_THERE,
        ),
        ({**CODE, "generatedAt": "2026-11-21T09:01:00Z", "idempotencyKey": OURS["idempotencyKey"]}, V.THERE),
    ],
)
def test_code_counts_by_the_time_of_its_generation(answer: dict[str, Any], verdict: Verdict) -> None:
    """Code of an earlier configuration is not what was asked for, also where the platform has stored it anew.

    Its run says when it made the code; the platform takes files of an earlier one for those of a run that failed.
    """
    look = sets.code(make_case(code=answer))
    assert look.verdict is verdict
    assert isinstance(look.outputs, CodeOutputs) is (verdict is V.THERE)


@pytest.mark.parametrize(
    "area, verdict, after_success",
    [
        (None, V.NO_EVIDENCE, V.NO_EVIDENCE),
        ({"menu_id": None, "total": 0, "uploaded": 0, **NEVER}, V.NOT_THERE, V.NOT_THERE),
        ({"total": 9, "uploaded": 4, **OURS}, V.PARTLY, V.PARTLY),
        ({"total": 9, "uploaded": 9, **OURS}, V.THERE, V.THERE),
        ({"total": 0, "uploaded": 0, **OURS}, V.THERE, V.THERE),
        ({"total": 9, "uploaded": 9, **EARLIER}, V.NOT_THERE, V.THERE),
        ({"total": 9, "uploaded": 9}, V.NO_EVIDENCE, V.THERE),
        ({"menu_id": OTHER_MENU, "total": 9, "uploaded": 9, **OURS}, V.NOT_THERE, V.NOT_THERE),
        ({"menu_id": str(MENU), "total": 9, "uploaded": 9, **OURS}, V.THERE, V.THERE),
    ],
)
def test_images_are_there_when_all_are_uploaded(
    area: dict[str, Any] | None, verdict: Verdict, after_success: Verdict
) -> None:
    """After a success, images that somebody uploaded earlier are there too; those of another menu are not."""
    setup = {"images": area} if area else {}
    assert sets.images(make_case(setup=setup)).verdict is verdict
    look = sets.images(make_case(setup=setup, after_success=True))
    assert look.verdict is after_success
    assert isinstance(look.outputs, ImagesOutputs) is (after_success is V.THERE)


@pytest.mark.parametrize(
    "area, verdict",
    [
        (None, V.NO_EVIDENCE),
        ({"updated_at": None}, V.NOT_THERE),
        ({"updated_at": "2026-11-21T10:01:00Z"}, V.THERE),
        ({"updated_at": "2026-11-21T09:01:00Z"}, V.NOT_THERE),
        ({"updated_at": "2026-11-21T10:00:30Z", **OURS}, V.THERE),
    ],
)
def test_an_onboarding_record_counts_by_the_time_of_its_update(area: dict[str, Any] | None, verdict: Verdict) -> None:
    """The only evidence that the platform has of it."""
    setup = {"onboardingRecord": area} if area else {}
    assert sets.onboarding_record(make_case(setup=setup)).verdict is verdict
