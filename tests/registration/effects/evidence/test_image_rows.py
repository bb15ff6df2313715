"""How far the images of a menu are uploaded, from the platform's tables."""

import pytest

from registration.effects.evidence import Presence
from registration.effects.outputs import ImagesOutputs
from registration.states import Assurance
from registration.workflow.sub_steps import SubStepName
from tests.registration.effects.evidence.platform_rows import MINUTE, PlatformRows

IMAGES = SubStepName.UPLOAD_IMAGES


async def test_all_uploaded_is_proven_whoever_did_it(rows: PlatformRows) -> None:
    """An earlier upload counts."""
    await rows.images(True, True)
    observation = await rows.observe(IMAGES)
    assert (observation.verdict, observation.known) == (Presence.PRESENT, Assurance.PROVEN)
    assert observation.outputs == ImagesOutputs(status="finished", total=2, uploaded=2)


@pytest.mark.parametrize("status", ["pending", "processing"])
async def test_an_upload_that_runs_is_waited_for(rows: PlatformRows, status: str) -> None:
    """The images are marked at its end only."""
    await rows.images(None, None)
    await rows.upload(status)
    for observation in (await rows.observe(IMAGES), await rows.read_back(IMAGES)):
        assert observation.verdict is Presence.PARTIAL
        assert "an upload is under way" in observation.reason


@pytest.mark.parametrize("status", ["completed", "failed"])
async def test_what_failed_is_named_once_the_upload_has_ended(rows: PlatformRows, status: str) -> None:
    """With the dish and the platform's reason."""
    await rows.images(True, False, None)
    await rows.upload(status)
    for observation in (await rows.observe(IMAGES), await rows.read_back(IMAGES)):
        assert observation.verdict is Presence.INCOMPLETE
        assert observation.reason == "1 of 3 images are uploaded; these failed: Dish 1 (source not reachable)"


async def test_an_upload_from_before_the_sending_says_nothing_of_this_one(rows: PlatformRows) -> None:
    """The request may be about to begin its own."""
    await rows.images(True, None)
    await rows.upload("completed", rows.sent - MINUTE)
    assert (await rows.observe(IMAGES)).verdict is Presence.UNKNOWN


async def test_the_newest_upload_decides(rows: PlatformRows) -> None:
    """One that ended before the one that runs is over."""
    await rows.images(True, None)
    await rows.upload("completed", rows.sent)
    await rows.upload("processing", rows.sent + MINUTE)
    assert (await rows.observe(IMAGES)).verdict is Presence.PARTIAL


async def test_a_success_without_an_upload_while_images_are_missing_is_no_success(rows: PlatformRows) -> None:
    """The platform says "nothing left" also where it failed to read the images."""
    await rows.images(None, None)
    observation = await rows.read_back(IMAGES)
    assert (observation.verdict, observation.reason) == (Presence.INCOMPLETE, "0 of 2 images are uploaded")


async def test_a_menu_without_images_has_all_of_them(rows: PlatformRows) -> None:
    """Its tables say so."""
    observation = await rows.read_back(IMAGES)
    assert (observation.verdict, observation.known, observation.reason) == (
        Presence.PRESENT,
        Assurance.PROVEN,
        "the menu has no images",
    )
