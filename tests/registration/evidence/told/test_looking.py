"""Which question is asked for which sub-step."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from pydantic import SecretStr

from registration.clients.platform import PlatformClient
from registration.evidence import Verdict
from registration.evidence.told.looking import JUDGES, look, read_back
from registration.sub_steps import SubStepName
from tests.registration.evidence.told.cases import OURS, RESTAURANT, make_asked

N = SubStepName
QUESTIONS = {
    N.CLOUDWAITRESS_ACCOUNT: ["status"],
    N.RESTAURANT_REGISTRATION: ["status"],
    N.CODE_GENERATION: ["code-injection"],
    N.WEBSITE_CONFIG: ["status", "setup-status"],
    N.PAYMENT_CONFIG: ["status", "setup-status"],
}


class Platform:
    """Answers every question with the same body and keeps which were asked."""

    def __init__(self, **body: object) -> None:
        self.body = body
        self.ahead = timedelta(0)
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        *_, question, restaurant = request.url.path.split("/")
        assert (request.method, restaurant) == ("GET", str(RESTAURANT))
        self.asked.append(question)
        date = format_datetime(datetime.now(UTC) + self.ahead, usegmt=True)
        return httpx.Response(200, json={"success": True, **self.body}, headers={"date": date})

    def client(self) -> PlatformClient:
        """A client that asks it."""
        return PlatformClient("http://platform.test", SecretStr("key"), RESTAURANT, transport=httpx.MockTransport(self))


def test_every_sub_step_can_be_looked_at() -> None:
    """A thirteenth is not forgotten."""
    assert list(JUDGES) == list(SubStepName)


@pytest.mark.parametrize("name", SubStepName)
async def test_a_platform_that_says_nothing_gives_no_evidence(name: SubStepName) -> None:
    """Neither before sending nor after a success, and only the questions are asked that concern the sub-step."""
    platform = Platform()
    async with platform.client() as client:
        assert (await look(name, client, make_asked())).verdict is Verdict.NO_EVIDENCE
        assert platform.asked == QUESTIONS.get(name, ["setup-status"])
        assert (await read_back(name, client, make_asked())).verdict is Verdict.NO_EVIDENCE


async def test_reading_back_does_not_ask_whose_account_it_is() -> None:
    """After a clear success what is there is ours."""
    platform = Platform(hasAccount=True, account={"email": "kai@example.nz", "registration_status": "completed"})
    async with platform.client() as client:
        assert (await look(N.CLOUDWAITRESS_ACCOUNT, client, make_asked())).verdict is Verdict.SOMEBODY_ELSES
        assert (await read_back(N.CLOUDWAITRESS_ACCOUNT, client, make_asked())).verdict is Verdict.THERE


async def test_a_look_at_services_sees_our_key() -> None:
    """The whole way from the answer to the verdict."""
    platform = Platform(services={"done": True, **OURS})
    async with platform.client() as client:
        assert (await look(N.SERVICES_CONFIG, client, make_asked())).verdict is Verdict.THERE


async def _services_by_time(*, ahead: float, changed: float, after_success: bool) -> Verdict:
    """A look at services by a platform that tells times only: `changed` seconds after the sending, really."""
    sent_at = datetime.now(UTC) - timedelta(seconds=20)
    platform = Platform(
        services={"done": True, "changedAt": (sent_at + timedelta(seconds=changed + ahead)).isoformat()}
    )
    platform.ahead = timedelta(seconds=ahead)
    judge = read_back if after_success else look
    async with platform.client() as client:
        asked = make_asked(sent_at=sent_at)
        return (await judge(N.SERVICES_CONFIG, client, asked, _database_clock)).verdict


async def _database_clock() -> datetime:
    return datetime.now(UTC)


@pytest.mark.parametrize("ahead", [-3.0, -60.0, 3.0, 60.0])
async def test_a_platforms_time_is_told_by_its_own_clock(ahead: float) -> None:
    """What it did after the request is never another's, what was there before never ours, however its clock goes."""
    assert await _services_by_time(ahead=ahead, changed=0.2, after_success=True) is Verdict.THERE
    assert await _services_by_time(ahead=ahead, changed=5.0, after_success=False) is Verdict.THERE
    assert await _services_by_time(ahead=ahead, changed=-1.0, after_success=False) is not Verdict.THERE
    assert await _services_by_time(ahead=ahead, changed=-5.0, after_success=True) is Verdict.NOT_THERE


async def test_what_clocks_cannot_tell_is_no_evidence() -> None:
    """The Date of an answer is too coarse for a difference of clocks and a change so near to the request."""
    assert await _services_by_time(ahead=3.0, changed=0.2, after_success=False) is Verdict.NO_EVIDENCE


async def test_clocks_that_agree_tell_a_change_to_the_instant() -> None:
    """As those of machines do that take their time from the network."""
    assert await _services_by_time(ahead=0.0, changed=0.01, after_success=False) is Verdict.THERE
    assert await _services_by_time(ahead=0.0, changed=-0.01, after_success=False) is Verdict.NOT_THERE
