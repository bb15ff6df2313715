"""What the platform's routes can show of an account, and which of two clocks tells what came first."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from pydantic import SecretStr

from registration.effects.evidence import Expected, Observation, Presence
from registration.effects.evidence.accounts import account
from registration.effects.evidence.facts import since_by_server
from registration.effects.evidence.from_http import HttpFacts
from registration.effects.evidence.probe import JUDGES
from registration.kit.server_clock import UNMEASURED, ClockDifference
from registration.platform.client import PlatformClient
from registration.workflow.sub_steps import SubStepName

RESTAURANT = UUID("22222222-2222-2222-2222-222222222222")
SENT = datetime(2026, 11, 21, 10, 0, 0, 500_000, tzinfo=UTC)
NOTHING: dict[str, Any] = {"account": None, "pumpdRestaurant": None}
WITHOUT_ACCOUNT = {"registration_status": "pending", "pumpd_restaurant_id": None}


def shown(email: str, status: str = "completed", user: str | None = "cw_1") -> dict[str, Any]:
    """The answer of the status route with one account."""
    return NOTHING | {"account": {"id": "7", "email": email, "registration_status": status, "pumpd_user_id": user}}


async def look(
    status: dict[str, Any], *, log: str | None = None, after_success: bool = False, **asked: Any
) -> Observation:
    """A look at the account where the routes answer so; `log` is a call that ended a minute after the sending."""
    at = (SENT + timedelta(minutes=1)).isoformat()
    logs = [{"action": "account_creation", "status": log, "created_at": at}] if log else []

    def answer(request: httpx.Request) -> httpx.Response:
        of = {"status": status, "logs": {"logs": logs}}[request.url.path.split("/")[-2]]
        return httpx.Response(200, json={"success": True, **of})

    async def database_clock() -> datetime:
        return SENT

    transport = httpx.MockTransport(answer)
    async with PlatformClient("http://platform.test", SecretStr("key"), RESTAURANT, transport=transport) as client:
        sent: dict[str, Any] = {"email": "kai@example.nz", "sent_at": SENT, "ever_sent": True}
        return await account(
            HttpFacts(client, database_clock), Expected(RESTAURANT, **sent | asked), after_success=after_success
        )


def test_every_sub_step_can_be_judged() -> None:
    """A thirteenth is not forgotten."""
    assert list(JUDGES) == list(SubStepName)


async def test_an_account_is_ours_only_if_we_asked_for_it_before() -> None:
    """The e-mail counts however it is capitalised."""
    there = shown("Kai@Example.nz")
    assert (await look(there, sent_at=None, ever_sent=False)).verdict is Presence.FOREIGN
    assert (await look(there)).verdict is Presence.PRESENT
    assert (await look(there, sent_at=None, ever_sent=False, after_success=True)).verdict is Presence.PRESENT


@pytest.mark.parametrize(
    "status, verdict",
    [
        ("pending", Presence.PARTIAL),
        ("in_progress", Presence.PARTIAL),
        ("failed", Presence.ABSENT),
        ("existing", Presence.PRESENT),
        ("completed", Presence.PRESENT),
    ],
)
async def test_an_account_is_there_when_the_platform_is_done_with_it(status: str, verdict: Presence) -> None:
    """What is in progress may still come."""
    assert (await look(shown("kai@example.nz", status))).verdict is verdict


@pytest.mark.parametrize("status", [shown("other@example.nz"), NOTHING | {"pumpdRestaurant": WITHOUT_ACCOUNT}])
async def test_an_account_may_be_hidden_behind_what_is_shown(status: dict[str, Any]) -> None:
    """One account is shown, or the restaurant's row without any: only the log can show that ours was made."""
    assert (await look(status)).verdict is Presence.UNKNOWN
    assert (await look(status, log="success")).verdict is Presence.PRESENT
    assert (await look(status, sent_at=None, ever_sent=False)).verdict is Presence.ABSENT


async def test_where_nothing_is_shown_there_is_none() -> None:
    """Nothing can hide it."""
    assert (await look(NOTHING)).verdict is Presence.ABSENT


@pytest.mark.parametrize("ahead", [-3600.0, -3.0, 0.0, 3.0, 3600.0])
def test_a_servers_time_is_told_by_its_own_clock(ahead: float) -> None:
    """What came after the request is never another's, what was there before never ours, however the clock goes."""
    apart = ClockDifference(timedelta(seconds=ahead), timedelta(seconds=ahead))
    for changed, came_after in ((0.01, True), (5.0, True), (-0.01, False), (-5.0, False)):
        assert since_by_server(SENT + timedelta(seconds=ahead + changed), SENT, apart) is came_after


def test_what_clocks_cannot_tell_is_not_told() -> None:
    """The Date of an answer is too coarse for a change so near to the request; without any answer nothing is known."""
    roughly = ClockDifference(timedelta(seconds=2), timedelta(seconds=4))
    changes = {second: since_by_server(SENT + timedelta(seconds=second), SENT, roughly) for second in (1, 3, 5)}
    assert changes == {1: False, 3: None, 5: True}
    assert since_by_server(SENT + timedelta(days=1), SENT, UNMEASURED) is None
    assert since_by_server(None, SENT, roughly) is None
    assert since_by_server(SENT, None, roughly) is None


def test_a_time_in_whole_milliseconds_is_not_taken_for_one_before() -> None:
    """A server that cuts the rest of a millisecond does not seem to have been before us."""
    assert since_by_server(SENT, SENT + timedelta(microseconds=900), ClockDifference()) is True
