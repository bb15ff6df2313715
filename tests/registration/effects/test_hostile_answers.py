"""Answers that no database can keep, or that repeat what nobody may see: the effect ends, and its row can be stored."""

import html
import json

import pytest

from registration.errors import EffectFailed
from registration.states import SubStepStatus
from registration.workflow.sub_steps import SubStepName
from tests.registration.job_process import PASSWORD, JobProcess
from tests.registration.tenant import Tenant


@pytest.mark.parametrize("kind", ["refused", "success_false"])
async def test_a_refusal_with_control_characters_is_stored_without_them(work: JobProcess, kind: str) -> None:
    """A NUL would throw the whole row back, again and again."""
    await work.misbehave("import-menu-direct", kind, message="no \x00 way\x1b[2J", acts=False)
    with pytest.raises(EffectFailed):
        await work.ledger.perform(work.job_id, work.menu_import())
    row = await work.row()
    assert (row.status, row.error_message) == (SubStepStatus.FAILED, "no way[2J")


async def test_an_error_page_with_control_characters_is_stored_without_them(work: JobProcess) -> None:
    """The answer is not clear: the platform is probed, and the effect done after all."""
    await work.misbehave("import-menu-direct", "html_error", message="gone \x00\x1b]0;x", acts=True)
    await work.ledger.perform(work.job_id, work.menu_import())
    assert (await work.row()).status is SubStepStatus.COMPLETED


@pytest.mark.parametrize("write", [str, json.dumps, html.escape, lambda text: text.replace("-", "&#x2D;")])
async def test_a_password_that_the_platform_repeats_is_kept_nowhere(tenant: Tenant, write: object) -> None:
    """Neither as it is, nor encoded; the answer itself is not kept either."""
    assert callable(write)
    secret = PASSWORD.get_secret_value()
    restaurant_id, _ = await tenant.restaurant()
    batch_id, jobs = await tenant.batch(restaurant_id)
    async with tenant.process(batch_id, jobs[restaurant_id]) as work:
        told = f"the value {write(secret)} is too weak"
        await work.misbehave("register-account", "refused", message=told, acts=False)
        with pytest.raises(EffectFailed):
            await work.ledger.perform(work.job_id, work.account())
        [stored] = await work.query(
            "select error_message, error_details from registration_sub_steps where name = :name",
            name=SubStepName.CLOUDWAITRESS_ACCOUNT,
        )
    assert stored["error_message"].startswith("the value ")
    assert "***" in stored["error_message"]
    assert secret not in html.unescape(str(stored))
    assert "too weak" not in str(stored["error_details"]["body"])
