"""Images are waited for, and missing ones are requested once more, against the platform as it is built."""

import pytest

from registration.effects import Effect
from registration.effects.outputs import ImagesOutputs
from registration.errors import EffectFailed, PlatformUnavailable
from registration.platform import requests
from registration.states import SubStepStatus
from registration.workflow.sub_steps import SubStepName
from tests.dev.sandbox.rows import Rows
from tests.registration.as_built import as_built, own_sandbox, sandbox_platform, sandbox_rows
from tests.registration.job_process import JobProcess

__all__ = ["as_built", "own_sandbox", "sandbox_platform", "sandbox_rows"]

IMAGES = SubStepName.UPLOAD_IMAGES
MANY, FEW = 12, 3


async def have_images(work: JobProcess, rows: Rows, count: int) -> None:
    """Images of so many dishes, none uploaded."""
    await rows.images(work.menu_id, count)


def upload(work: JobProcess) -> Effect:
    """The request of the sub-step."""
    return work.effect(IMAGES, requests.upload_images(work.menu_id), works_on=True)


async def known(work: JobProcess) -> str | None:
    """How it is known that the images are there."""
    [row] = await work.query("select known from registration_sub_steps where name = 'uploadImages'")
    return row["known"]


@pytest.mark.parametrize("count", [FEW, MANY])
async def test_they_are_all_there_when_it_is_completed(as_built: JobProcess, sandbox_rows: Rows, count: int) -> None:
    """Few are uploaded before the answer, many after it."""
    await have_images(as_built, sandbox_rows, count)
    outputs = await as_built.ledger.perform(as_built.job_id, upload(as_built))
    assert isinstance(outputs, ImagesOutputs)
    assert (outputs.mode, outputs.total) == ("synchronous" if count == FEW else "asynchronous", count)
    assert (outputs.uploaded, await known(as_built)) == (count, "proven")
    [left] = await sandbox_rows.query(
        "SELECT count(*) AS n FROM item_images WHERE NOT cdn_uploaded"
        " AND menu_item_id IN (SELECT id FROM menu_items WHERE menu_id = %(menu)s)",
        menu=as_built.menu_id,
    )
    assert left["n"] == 0


@pytest.mark.parametrize("count", [FEW, MANY])
async def test_only_what_is_missing_is_sent_for_once_more(as_built: JobProcess, sandbox_rows: Rows, count: int) -> None:
    """A part that failed is retried, and the platform uploads that part alone."""
    await have_images(as_built, sandbox_rows, count)
    await as_built.misbehave("upload-images" if count == FEW else "images-upload", "partly_failed")
    with pytest.raises(PlatformUnavailable, match=f"{count - 1} of {count} images are uploaded"):
        await as_built.ledger.perform(as_built.job_id, upload(as_built))
    assert (await as_built.row(IMAGES)).status is SubStepStatus.RETRYING
    outputs = await as_built.ledger.perform(as_built.job_id, upload(as_built))
    assert isinstance(outputs, ImagesOutputs)
    assert (outputs.total, outputs.uploaded) == (count, count)
    assert (await as_built.row(IMAGES)).status is SubStepStatus.COMPLETED


async def test_what_fails_again_and_again_is_named_in_the_end(as_built: JobProcess, sandbox_rows: Rows) -> None:
    """All failed is a failure, though the platform says success each time."""
    await have_images(as_built, sandbox_rows, 1)
    await as_built.misbehave("upload-images", "partly_failed", times=None)
    for _ in range(3):
        with pytest.raises(PlatformUnavailable):
            await as_built.ledger.perform(as_built.job_id, upload(as_built))
    with pytest.raises(EffectFailed, match=r"0 of 1 images are uploaded; these failed: Dish \(The source"):
        await as_built.ledger.perform(as_built.job_id, upload(as_built))
    row = await as_built.row(IMAGES)
    assert (row.status, row.sent_at) == (SubStepStatus.FAILED, None)


async def test_an_upload_without_an_answer_is_followed_and_not_begun_twice(
    as_built: JobProcess, sandbox_rows: Rows
) -> None:
    """Its images show that it went well."""
    await have_images(as_built, sandbox_rows, FEW)
    await as_built.misbehave("upload-images", "cut_after")
    outputs = await as_built.ledger.perform(as_built.job_id, upload(as_built))
    assert isinstance(outputs, ImagesOutputs)
    assert outputs.uploaded == FEW
    assert len(await as_built.calls("upload-images")) == 1


async def test_an_upload_that_the_platform_does_not_end_is_asked_for_again_after_the_limit(
    as_built: JobProcess, sandbox_rows: Rows
) -> None:
    """A platform that is restarted forgets its uploads, whose rows stay as they are."""
    await have_images(as_built, sandbox_rows, MANY)
    await as_built.misbehave("images-upload", "hang")
    with pytest.raises(PlatformUnavailable, match=f"0 of {MANY} images are uploaded, and an upload is under way"):
        await as_built.ledger.perform(as_built.job_id, upload(as_built))
    assert (await as_built.row(IMAGES)).status is SubStepStatus.RETRYING
    outputs = await as_built.ledger.perform(as_built.job_id, upload(as_built))
    assert isinstance(outputs, ImagesOutputs)
    assert (outputs.uploaded, await known(as_built)) == (MANY, "proven")
    assert len(await as_built.calls("upload-images")) == 2
