"""The sandbox plays every answer of the contract: status, members, order, nulls, telling words and rows, over HTTP."""

from typing import Any

import httpx
import pytest

from tests.platform_contract.contract import Answer, Endpoint, contract
from tests.platform_contract.ready import Ready, make_ready, send
from tests.platform_contract.shapes import differences, has_telling_words, telling_words
from tests.platform_contract.written import look, unwritten, written_without_reason
from tests.sandbox.client import Platform
from tests.sandbox.rows import Rows

_ALL = [(name, one.case) for name, endpoint in contract().endpoints.items() for one in endpoint.answers]
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
    faithful: Platform, sandbox_rows: Rows, name: str, case: str
) -> None:
    """By its name, once; the rows are the contract's, and no others."""
    endpoint = contract().endpoints[name]
    answer = endpoint.answer(case)
    first = name in ("register-account", "generate-code-injections")
    ready = await make_ready(faithful, sandbox_rows, account=name != "register-account", code=not first)
    before = await look(sandbox_rows, faithful.organisation_id, ready.restaurant_id)
    if answer.status is None:
        with pytest.raises(httpx.TransportError):
            await _play(faithful, ready, name, case)
        return
    response = await _play(faithful, ready, name, case)
    assert _held(endpoint, answer, response) == []
    after = await look(sandbox_rows, faithful.organisation_id, ready.restaurant_id)
    assert list(unwritten(endpoint, answer, before, after)) == []
    assert list(written_without_reason(endpoint, answer, before, after)) == []


@pytest.mark.parametrize("case", _COMMON)
async def test_a_common_answer_is_played_too(faithful: Platform, ready: Ready, case: str) -> None:
    """Before any route."""
    [answer] = [one for one in contract().common_answers if one.case == case]
    endpoint = contract().endpoints["configure-services"]
    assert _held(endpoint, answer, await _play(faithful, ready, "configure-services", case)) == []


async def test_the_names_are_those_of_the_contract(faithful: Platform) -> None:
    """No answer is missing, and no endpoint has one that is not the platform's."""
    told: dict[str, list[str]] = (await faithful.http.get("/sandbox/cases")).json()
    for name, endpoint in contract().endpoints.items():
        cases = {one.case for one in endpoint.answers}
        assert cases <= set(told[name]), name
        assert set(told[name]) <= cases | set(_COMMON), name
    assert list(told) == list(contract().endpoints)
