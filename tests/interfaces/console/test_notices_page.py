"""The notices: what happened, in words, derived from what is stored anyway."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from dev.screenshots.desk import Desk
from interfaces.console.pages.notices.routes import line_of
from registration.gates.round_queries import insert_round
from registration.gates.rounds import Round
from registration.reporting.notice_queries import Notice, NoticeKind
from registration.states import JobStatus
from registration.workflow.steps import GateName
from registration.workflow.transition_queries import move_job
from tests.interfaces.console.visiting import Visit
from tests.registration.tenant import Tenant


async def test_notices_are_the_newest_first(visit: Visit, tenant: Tenant, other: Tenant) -> None:
    """Of this organisation; a restaurant that failed leads to its page."""
    assert "Nothing to tell" in (await visit.get("/notices")).text
    await Desk(other.database, other.organisation_id).batch("Theirs", 2)
    restaurant, _ = await tenant.restaurant(name="<b>Kai</b>")
    batch, jobs = await tenant.batch(restaurant)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await insert_round(transaction, batch, uuid4(), Round(gate=GateName.COMPANY_SELECTION, questions=()))
        for status in (JobStatus.IN_PROGRESS, JobStatus.FAILED):
            assert await move_job(transaction, jobs[restaurant], status)
    page = await visit.page("/notices")
    words = [one.text() for one in page.css("tbody .status")]
    assert words[-1] == "1 restaurant in a new batch by Mere"
    assert {"0 restaurants waited: choose companies", "<b>Kai</b> failed"} <= set(words)
    assert any(one.startswith("ended: ") for one in words)
    assert f"/jobs/{jobs[restaurant]}" in [one.attributes["href"] for one in page.css("a[data-main]")]
    assert "Theirs" not in (page.html or "")
    assert (await visit.get("/notices", hx="true")).text.startswith('<div id="list"')


@pytest.mark.parametrize(
    "kind, detail, words",
    [
        (NoticeKind.OPENED, None, "3 restaurants in a new batch by Mere"),
        (NoticeKind.GATE, "yolo-config", "3 restaurants waited: confirm configurations"),
        (NoticeKind.ENDED, "completed_with_failures", "ended: completed with failures, 3 restaurants registered"),
        (NoticeKind.PARTLY, "options: no answer", "Kai is partially completed"),
        (NoticeKind.HALTED, "5 of 8 failed", "halted: too many failed by Mere"),
        (NoticeKind.CANCELLED, None, "cancelled by Mere"),
    ],
)
def test_every_kind_of_notice_has_words(kind: NoticeKind, detail: str | None, words: str) -> None:
    """With who it was, where a person was it."""
    notice = Notice(datetime.now(UTC), kind, uuid4(), "Monday", None, "Mere", "Kai", detail, 3)
    assert line_of(notice).words == words
