"""An outcome changes nothing once another request of the effect was marked as sent."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text

from registration.effects import EffectRow, EffectRows
from registration.errors import EffectFailed, LeaseLost, PlatformUnavailable
from registration.states import SubStepStatus
from registration.workflow.sub_steps import SubStepName
from tests.locks import holding_lock, wait_for_lock_waiters
from tests.registration.job_process import JobProcess
from tests.registration.tenant import Tenant

_BUSY = PlatformUnavailable("busy")
_SEND_AGAIN = (
    "update registration_sub_steps set sent_at = clock_timestamp() where job_id = :job and name = 'menuImport'"
)
_SENT = text("select sent_at from registration_sub_steps where job_id = :job and name = 'menuImport'")

Write = Callable[[EffectRows, EffectRow], Awaitable[object]]
WRITES: dict[str, Write] = {
    "not sent": lambda rows, sent: rows.clear_sent(sent),
    "retrying": lambda rows, sent: rows.mark_retrying(sent, _BUSY),
    "forget": lambda rows, sent: rows.allow_resend(sent),
}
VERDICTS: dict[str, Write] = {
    "failed": lambda rows, sent: rows.fail(sent, "no", {}),
    "undecided": lambda rows, sent: rows.ask_person(sent, "nobody can tell"),
}


@pytest.mark.parametrize("write", list(WRITES))
async def test_another_request_stays_marked_as_sent(work: JobProcess, tenant: Tenant, write: str) -> None:
    """The write waits for the lock of the row, and then finds another request in it."""
    sent = await _sent(work, unknown=write == "forget")
    before = await work.row()
    async with holding_lock(tenant.everything, _SEND_AGAIN, job=work.job_id) as other:
        writing = asyncio.ensure_future(WRITES[write](work.rows, sent))
        await wait_for_lock_waiters(tenant.everything, query="%registration_sub_steps%")
        later = (await other.execute(_SENT, {"job": work.job_id})).scalar_one()
    await writing
    row = await work.row()
    assert (row.status, row.attempt, row.sent_at) == (before.status, before.attempt, later)


@pytest.mark.parametrize("verdict", list(VERDICTS))
async def test_another_request_is_not_judged(work: JobProcess, tenant: Tenant, verdict: str) -> None:
    """Only the last request decides whether the effect fails or waits for a person."""
    sent = await _sent(work)
    async with holding_lock(tenant.everything, _SEND_AGAIN, job=work.job_id) as other:
        writing = asyncio.ensure_future(VERDICTS[verdict](work.rows, sent))
        await wait_for_lock_waiters(tenant.everything, query="%registration_sub_steps%")
        later = (await other.execute(_SENT, {"job": work.job_id})).scalar_one()
    with pytest.raises(LeaseLost, match="another request of menuImport"):
        await writing
    row = await work.row()
    assert (row.status, row.sent_at, row.needs_person) == (SubStepStatus.IN_PROGRESS, later, False)


async def test_a_write_whose_commit_was_not_heard_of_is_made_twice(work: JobProcess) -> None:
    """A repeated write finds no request marked as sent: the first write was committed."""
    sent = await _sent(work)
    for _ in range(2):
        assert (await work.rows.clear_sent(sent)).sent_at is None
    for _ in range(2):
        assert isinstance(await work.rows.fail(sent, "no", {}), EffectFailed)
    row = await work.row()
    assert (row.status, row.sent_at) == (SubStepStatus.FAILED, None)


async def _sent(work: JobProcess, *, unknown: bool = False) -> EffectRow:
    entry = await work.rows.intend(work.job_id, SubStepName.MENU_IMPORT, "fingerprint")
    sent = await work.rows.sender.mark_sent(entry, None)
    if unknown:
        await work.rows.mark_unknown(sent, _BUSY)
    return sent
