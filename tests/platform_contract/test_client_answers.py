"""What the client makes of each answer to a request with an effect: outputs, or the typed error that it means."""

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio

from registration.effects.outputs import AccountOutputs, Outputs, WebsiteOutputs
from registration.errors import (
    AlreadyThere,
    EndedWithWarnings,
    FeatureOff,
    PlatformEnded,
    PlatformNotReady,
    PlatformRefused,
    PlatformUnavailable,
    PlatformUnclear,
    RegistrationError,
    ServiceKeyRefused,
)
from registration.workflow.sub_steps import SUB_STEPS
from tests.platform_contract.contract import Answer, contract
from tests.platform_contract.expected import SPECIAL, Says, says, shows_trouble
from tests.platform_contract.reading import KEY, PASSWORD, REQUESTS, Reader, secrets_in

_ALL = [(name, answer) for name in REQUESTS for answer in contract().endpoints[name].answers]
_COMMON = [("import-menu-direct", answer) for answer in contract().common_answers]
_MEANS: dict[Says, type[RegistrationError]] = {
    Says.NOT_READY: PlatformNotReady,
    Says.LATER: PlatformUnavailable,
    Says.NO: PlatformRefused,
    Says.WARNINGS: EndedWithWarnings,
    Says.ENDED: PlatformEnded,
    Says.NOTHING: PlatformUnclear,
}
_NOT_CALLED = {
    "setup-status": "tells nothing of the sub-steps",
    "feature-flags": "the flags are read from their table",
    "premium-extract-status/{job}": "the job is read from its table; after a restart the route always says completed",
}
_QUESTIONS = {"status", "code-injection", "logs", "menus/{id}/cdn-stats", "upload-batches/{id}"}
_NAMES = [*(f"{name}-{one.case}" for name, one in _ALL), *(f"any-{one.case}" for _, one in _COMMON)]
_SECRETS = (PASSWORD.get_secret_value(), KEY, "invented-password", "--email", "/app/scripts")
_COMPLETED = ("proven", "reported")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def reader() -> AsyncGenerator[Reader]:
    """One client for all answers."""
    made = Reader()
    async with made.client:
        yield made


def test_every_endpoint_of_the_contract_is_held_against_the_client_or_not_called() -> None:
    """The twelve, the extractions, the questions, and those that the product does without."""
    assert REQUESTS.keys() >= {row.endpoint for row in SUB_STEPS.values()}
    assert contract().endpoints.keys() == REQUESTS.keys() | _QUESTIONS | _NOT_CALLED.keys()


@pytest.mark.parametrize("name, answer", [*_ALL, *_COMMON], ids=_NAMES)
async def test_an_answer_is_understood(reader: Reader, name: str, answer: Answer) -> None:
    """Outputs where it is a success, else the error that says who must act, and whether something was done."""
    read = await reader.outputs(name, answer)
    meant = says(answer)
    if isinstance(read, Outputs):
        assert meant is Says.SUCCESS
        _is_judged(name, answer, read)
        shown = read.model_dump_json()
    else:
        assert meant is not Says.SUCCESS
        assert isinstance(read, _MEANS[meant])
        assert isinstance(read, EndedWithWarnings) is (meant is Says.WARNINGS)
        assert isinstance(read, PlatformEnded) is (meant is Says.ENDED)
        _names_its_kind(answer, read)
        shown = f"{read.message} {read.details}"
    secrets = {
        *secrets_in(answer.body),
        PASSWORD.get_secret_value(),
        KEY,
        "invented-password",
        "--email",
        "/app/scripts",
    }
    assert [one for one in secrets if one in shown] == []


def _is_judged(name: str, answer: Answer, read: Outputs) -> None:
    """A success that shows that not all was done is none; one that does not is one."""
    trouble = read.failure() or read.missing()
    if isinstance(read, AccountOutputs):
        assert read.already_exists is (answer.case == "existed before")
    elif (name, answer.case) in SPECIAL and answer.outside != "done":
        assert trouble is None or SPECIAL[name, answer.case][0] not in _COMPLETED or "images" in name
        assert not isinstance(read, WebsiteOutputs) or read.warnings
    else:
        assert bool(trouble) is shows_trouble(answer), trouble


def _names_its_kind(answer: Answer, read: RegistrationError) -> None:
    body = answer.body if isinstance(answer.body, dict) else {}
    assert isinstance(read, FeatureOff) is ("feature" in body)
    assert read.details.get("feature") == body.get("feature")
    assert isinstance(read, ServiceKeyRefused) is (answer.status == 401 and "success" not in body)
    exists = "account" in body or "contains `already exists`" in (answer.told_by or "")
    assert isinstance(read, AlreadyThere) is exists
    assert read.message
    assert read.details.get("status") == answer.status
