"""Which question is asked for which sub-step."""

import httpx
import pytest
from pydantic import SecretStr

from registration.clients.platform import PlatformClient
from registration.evidence import Verdict, look, read_back
from registration.evidence.looking import JUDGES
from registration.sub_steps import SubStepName
from tests.registration.evidence.cases import OURS, RESTAURANT, make_asked

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
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        *_, question, restaurant = request.url.path.split("/")
        assert (request.method, restaurant) == ("GET", str(RESTAURANT))
        self.asked.append(question)
        return httpx.Response(200, json={"success": True, **self.body})

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
