"""The sandbox plays every answer of the contract: status, members, order, nulls, telling words and rows, over HTTP."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.dev.sandbox.client import Platform
from tests.dev.sandbox.rows import Rows
from tests.platform_contract.contract import Answer, Endpoint, contract
from tests.platform_contract.ready import Ready, plant, send
from tests.platform_contract.shapes import differences, has_telling_words, telling_words
from tests.platform_contract.written import Seen, look, unwritten, written_without_reason
from tests.waiting import eventually

_ALL = [(name, one.case) for name, endpoint in contract().endpoints.items() for one in endpoint.answers]
_TELL_OF_CODE = ("register-restaurant", "status", "code-injection")
"""Their answers repeat the code that the platform generated, with how it was generated."""
_COMMON = [one.case for one in contract().common_answers]


async def _play(platform: Platform, ready: Ready, name: str, case: str) -> Any:
    play = {"endpoint": name, "case": case, "organisation": str(platform.organisation_id)}
    (await platform.http.post("/sandbox/plays", json=play)).raise_for_status()
    return await send(platform, ready, name)


def _held(endpoint: Endpoint, answer: Answer, response: httpx.Response) -> list[str]:
    if response.status_code != answer.status:
        return [f"status {response.status_code} instead of {answer.status}: {response.text[:200]}"]
    if not isinstance(answer.body, dict):
        return [] if response.headers["content-type"].startswith(answer.content_type or "") else ["content type"]
    body = response.json()
    missing = [words for how, words in telling_words(answer.told_by) if not has_telling_words(body, how, words)]
    return [*differences(body, answer.body), *(f"does not say {one!r}" for one in missing)]


@pytest.mark.parametrize("name, case", _ALL)
async def test_an_answer_is_played_as_the_contract_says(
    playing: Platform, sandbox_rows: Rows, name: str, case: str
) -> None:
    """By its name, once; the rows are the contract's, and no others."""
    endpoint = contract().endpoints[name]
    answer = endpoint.answer(case)
    organisation_id, ready = await plant(sandbox_rows, account=name != "register-account")
    platform = replace(playing, organisation_id=organisation_id)
    if name in _TELL_OF_CODE:
        (await send(platform, ready, "generate-code-injections")).raise_for_status()
    before = await look(sandbox_rows, organisation_id, ready.restaurant_id)
    if answer.status is None:
        with pytest.raises(httpx.TransportError):
            await _play(platform, ready, name, case)
        return
    response = await _play(platform, ready, name, case)
    assert _held(endpoint, answer, response) == []
    after = await look(sandbox_rows, organisation_id, ready.restaurant_id)
    if answer.outside == "running":

        async def written() -> Seen | None:
            seen = await look(sandbox_rows, organisation_id, ready.restaurant_id)
            return None if any(unwritten(endpoint, answer, before, seen)) else seen

        after = await eventually(written, "the rows that are written after the answer")
    assert list(unwritten(endpoint, answer, before, after)) == []
    assert list(written_without_reason(endpoint, answer, before, after)) == []


async def test_a_common_answer_is_played_too(playing: Platform, sandbox_rows: Rows) -> None:
    """Each comes before any route, and writes nothing."""
    endpoint = contract().endpoints["configure-services"]
    organisation_id, ready = await plant(sandbox_rows)
    platform = replace(playing, organisation_id=organisation_id)
    before = await look(sandbox_rows, organisation_id, ready.restaurant_id)
    for answer in contract().common_answers:
        response = await _play(platform, ready, "configure-services", answer.case)
        assert _held(endpoint, answer, response) == [], answer.case
        assert await look(sandbox_rows, organisation_id, ready.restaurant_id) == before, answer.case


async def test_the_names_are_those_of_the_contract(playing: Platform) -> None:
    """No answer is missing, and no endpoint has one that is not the platform's."""
    told: dict[str, list[str]] = (await playing.http.get("/sandbox/cases")).json()
    for name, endpoint in contract().endpoints.items():
        cases = {one.case for one in endpoint.answers}
        assert cases <= set(told[name]), name
        assert set(told[name]) <= cases | set(_COMMON), name
    assert list(told) == list(contract().endpoints)
