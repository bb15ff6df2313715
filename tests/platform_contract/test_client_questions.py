"""What the client makes of each answer to a question, and what follows from it where the tables may not be read."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from registration.database.session import Transaction
from registration.effects.evidence import Expected, PlatformEvidence, Presence
from registration.errors import (
    FeatureOff,
    PlatformRefused,
    PlatformUnclear,
    ProgrammerError,
    RegistrationError,
    ServiceKeyRefused,
)
from registration.platform.client import PlatformClient
from registration.workflow.assurance import EvidenceSource
from registration.workflow.sub_steps import SubStepName
from tests.platform_contract.contract import Answer, contract
from tests.platform_contract.reading import EMAIL, KEY, MENU, RESTAURANT, Reader, secrets_in

_ASK: dict[str, Callable[[PlatformClient], Awaitable[object]]] = {
    "status": lambda client: client.status(RESTAURANT),
    "code-injection": lambda client: client.code_injection(RESTAURANT),
    "logs": lambda client: client.logs(RESTAURANT),
    "menus/{id}/cdn-stats": lambda client: client.image_stats(MENU),
    "upload-batches/{id}": lambda client: client.upload(MENU),
}
_ALL = [
    *((name, answer) for name in _ASK for answer in contract().endpoints[name].answers),
    *(("status", one) for one in contract().common_answers if (one.status or 0) >= 500),
]
_STATUS = [one for one in contract().endpoints["status"].answers if one.status == 200]
_NO_LOGS = contract().endpoints["logs"].answer("none (also an unknown restaurant)")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def reader() -> AsyncGenerator[Reader]:
    """One client for all answers."""
    made = Reader()
    async with made.client:
        yield made


@pytest.mark.parametrize("name, answer", _ALL, ids=[f"{place}-{one.case}" for place, (_, one) in enumerate(_ALL)])
async def test_an_answer_to_a_question_is_understood(reader: Reader, name: str, answer: Answer) -> None:
    """A typed answer, or the error that says who must act; neither repeats a password, a key or a command."""
    client = reader.shows(answer)
    if answer.status == 200:
        shown = repr(await _ASK[name](client))
    else:
        with pytest.raises(_meant(answer)) as caught:
            await _ASK[name](client)
        shown = f"{caught.value.message} {caught.value.details}"
    assert [one for one in {*secrets_in(answer.body), KEY, "invented-password"} if one in shown] == []


def _meant(answer: Answer) -> type[RegistrationError]:
    """Who must act; what may pass has been asked for again, and is then as unclear as no answer."""
    body: dict[str, Any] = answer.body if isinstance(answer.body, dict) else {}
    if (answer.status or 0) >= 500:
        return PlatformUnclear
    if "feature" in body:
        return FeatureOff
    return ServiceKeyRefused if answer.status == 401 and "success" not in body else PlatformRefused


def _no_database() -> AbstractAsyncContextManager[Transaction]:
    raise ProgrammerError("no table is read over HTTP")


def _evidence(reader: Reader, status: Answer) -> PlatformEvidence:
    return PlatformEvidence(EvidenceSource.HTTP, reader.shows(status, logs=_NO_LOGS), _no_database)


def _expected(*, ever_sent: bool) -> Expected:
    sent = datetime.now(UTC) if ever_sent else None
    return Expected(RESTAURANT, email=EMAIL, menu_id=MENU, sent_at=sent, ever_sent=ever_sent)


@pytest.mark.parametrize("status", _STATUS, ids=[one.case for one in _STATUS])
async def test_what_the_status_shows_of_a_registration_is_no_proof_of_absence(reader: Reader, status: Answer) -> None:
    """There only with an id and the status completed; after a sending never "not there", which would send it again."""
    assert isinstance(status.body, dict)
    row = status.body["pumpdRestaurant"] or {}
    is_there = bool(row.get("pumpd_restaurant_id")) and row.get("registration_status") == "completed"
    look = await _evidence(reader, status).observe(SubStepName.RESTAURANT_REGISTRATION, _expected(ever_sent=True))
    assert (look.verdict is Presence.PRESENT) is is_there
    assert look.verdict is not Presence.ABSENT


@pytest.mark.parametrize("status", _STATUS, ids=[one.case for one in _STATUS])
async def test_an_account_is_ours_only_if_the_status_shows_that_it_was_made(reader: Reader, status: Answer) -> None:
    """By the id of the ordering system; one that nobody asked for is always somebody else's."""
    assert isinstance(status.body, dict)
    account = status.body["account"]
    made = account is not None and account["registration_status"] == "completed" and account["pumpd_user_id"]
    evidence = _evidence(reader, status)
    look = await evidence.observe(SubStepName.CLOUDWAITRESS_ACCOUNT, _expected(ever_sent=True))
    assert (look.verdict is Presence.PRESENT) is bool(made)
    if account is None and status.body["pumpdRestaurant"]:
        assert look.verdict is Presence.UNKNOWN, "its row hides the account"
    before = await evidence.observe(SubStepName.CLOUDWAITRESS_ACCOUNT, _expected(ever_sent=False))
    assert before.verdict is (Presence.ABSENT if account is None else Presence.FOREIGN)
