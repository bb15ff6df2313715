"""Starts of extractions: fields that the platform knows, and nothing overwritten that a person chose."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from registration.effects.outputs import ExtractionOutputs
from registration.errors import PlatformUnclear
from registration.platform.client import PlatformClient
from registration.platform.extraction_requests import (
    start_branding_extraction,
    start_doordash_extraction,
    start_menu_extraction,
)
from registration.platform.requests import PlatformRequest
from registration.restaurants.models import RestaurantData
from tests.platform_contract.contract import contract
from tests.registration.platform.test_platform import KEY, ORGANISATION

RESTAURANT = UUID("22222222-2222-4222-8222-222222222222")


def kai(**columns: Any) -> RestaurantData:
    """A restaurant with a website."""
    return RestaurantData(id=RESTAURANT, organisation_id=RESTAURANT, name="Kai", **columns)


def branding(**columns: Any) -> PlatformRequest:
    """The start for a restaurant with these columns."""
    return start_branding_extraction(kai(**columns), "https://kai.example")


STARTS = {
    "extract-menu-premium": start_menu_extraction(RESTAURANT, "Kai", "https://www.ubereats.com/store/kai"),
    "extractions/start": start_doordash_extraction(RESTAURANT, "https://www.doordash.com/store/kai"),
    "website-extraction/branding": branding(),
}


@pytest.mark.parametrize("name", STARTS)
def test_a_start_has_what_the_platform_wants_and_nothing_that_it_does_not_know(name: str) -> None:
    """As the contract names path and members."""
    endpoint, request = contract().endpoints[name], STARTS[name]
    assert request.path == endpoint.path
    known = {one for one, member in endpoint.request.items() if member.used == "yes"}
    assert set(request.body) <= known
    assert {one for one, member in endpoint.request.items() if member.required} <= set(request.body)


def test_a_menu_is_read_in_the_background() -> None:
    """Otherwise the call lasts as long as the whole extraction."""
    assert STARTS["extract-menu-premium"].body["async"] is True


def test_all_of_the_branding_is_asked_for_where_nothing_was_chosen() -> None:
    """Only columns that are named are stored."""
    members = contract().endpoints["website-extraction/branding"].request
    for name in ("versionsToUpdate", "colorsToUpdate", "headerFieldsToUpdate"):
        assert set(branding().body[name]) == set(members[name].values or ())


def test_what_a_person_may_have_chosen_is_not_overwritten() -> None:
    """Colours, theme and header picture of the row stay."""
    body = branding(primary_color="#102030", theme="dark", images=["website_og_image"]).body
    assert body["colorsToUpdate"] == ["secondary_color"]
    assert "website_og_image" not in body["headerFieldsToUpdate"]


async def test_an_answer_of_megabytes_is_a_success_by_its_beginning() -> None:
    """The branding's pictures come along, as text: more than is read of any answer."""
    pictures = '"logoVersions": {"original": "' + "A" * 5_000_000 + '"}'
    transport = httpx.MockTransport(lambda _: httpx.Response(200, text=f'{{"success": true, "data": {{{pictures}}}}}'))
    async with PlatformClient("http://platform.test", KEY, ORGANISATION, transport=transport) as client:
        answer = await client.send(branding(), 5)
        assert ExtractionOutputs.model_validate(answer).finished
        with pytest.raises(PlatformUnclear, match="too long"):
            await client.send(STARTS["extract-menu-premium"], 5)


@pytest.mark.parametrize(
    "endpoint, case, begun, finished",
    [
        ("extract-menu-premium", "started (async)", True, False),
        ("extract-menu-premium", "not started, said started (async)", False, False),
        ("extractions/start", "started", True, False),
        ("website-extraction/branding", "saved", True, True),
        ("website-extraction/branding", "website without a logo", True, True),
    ],
)
def test_what_was_begun_and_what_is_finished_is_told_by_the_answer(
    endpoint: str, case: str, *, begun: bool, finished: bool
) -> None:
    """A start that failed says success too."""
    body = contract().endpoints[endpoint].answer(case).body
    outputs = ExtractionOutputs.model_validate(body)
    assert ((outputs.failure() is None), outputs.finished) == (begun, finished)
