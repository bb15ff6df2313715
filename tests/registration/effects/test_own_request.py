"""What an outcome changes in the ledger when another request of the effect was marked as sent meanwhile: nothing."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text

from registration.effects import Entry, LedgerEntries
from registration.errors import EffectFailed, LeaseLost, PlatformUnavailable
from registration.states import SubStepStatus
from registration.workflow.sub_steps import SubStepName
from tests.locks import held, somebody_waits
from tests.registration.at_work import AtWork
from tests.registration.place import Place

_BUSY = PlatformUnavailable("busy")
_SEND_AGAIN = (
    "update registration_sub_steps set sent_at = clock_timestamp() where job_id = :job and name = 'menuImport'"
)
_SENT = text("select sent_at from registration_sub_steps where job_id = :job and name = 'menuImport'")

Write = Callable[[LedgerEntries, Entry], Awaitable[object]]
WRITES: dict[str, Write] = {
    "not sent": lambda entries, sent: entries.not_sent(sent),
    "retrying": lambda entries, sent: entries.retrying(sent, _BUSY),
    "forget": lambda entries, sent: entries.forget(sent),
}
VERDICTS: dict[str, Write] = {
    "failed": lambda entries, sent: entries.failed(sent, "no", {}),
    "undecided": lambda entries, sent: entries.undecided(sent, "nobody can tell"),
}


@pytest.mark.parametrize("write", list(WRITES))
async def test_another_request_stays_marked_as_sent(work: AtWork, place: Place, write: str) -> None:
    """The write waits for the row; what it finds there is not the request whose outcome it has."""
    sent = await _sent(work, unknown=write == "forget")
    before = await work.row()
    async with held(place.everything, _SEND_AGAIN, job=work.job_id) as other:
        writing = asyncio.ensure_future(WRITES[write](work.entries, sent))
        await somebody_waits(place.everything, query="%registration_sub_steps%")
        later = (await other.execute(_SENT, {"job": work.job_id})).scalar_one()
    await writing
    row = await work.row()
    assert (row.status, row.attempt, row.sent_at) == (before.status, before.attempt, later)


@pytest.mark.parametrize("verdict", list(VERDICTS))
async def test_another_request_is_not_judged(work: AtWork, place: Place, verdict: str) -> None:
    """The effect neither fails nor waits for a person because of a request that is not the last one."""
    sent = await _sent(work)
    async with held(place.everything, _SEND_AGAIN, job=work.job_id) as other:
        writing = asyncio.ensure_future(VERDICTS[verdict](work.entries, sent))
        await somebody_waits(place.everything, query="%registration_sub_steps%")
        later = (await other.execute(_SENT, {"job": work.job_id})).scalar_one()
    with pytest.raises(LeaseLost, match="another request of menuImport"):
        await writing
    row = await work.row()
    assert (row.status, row.sent_at, row.needs_person) == (SubStepStatus.IN_PROGRESS, later, False)


async def test_a_write_whose_commit_was_not_heard_of_is_made_twice(work: AtWork) -> None:
    """The second time nothing is marked as sent any more: that is the request's own outcome."""
    sent = await _sent(work)
    for _ in range(2):
        assert (await work.entries.not_sent(sent)).sent_at is None
    for _ in range(2):
        assert isinstance(await work.entries.failed(sent, "no", {}), EffectFailed)
    row = await work.row()
    assert (row.status, row.sent_at) == (SubStepStatus.FAILED, None)


async def _sent(work: AtWork, *, unknown: bool = False) -> Entry:
    entry = await work.entries.intend(work.job_id, SubStepName.MENU_IMPORT, "fingerprint")
    sent = await work.entries.sent(entry, None)
    if unknown:
        await work.entries.unknown(sent, _BUSY)
    return sent
