"""The contract is whole: nothing was lost when it was taken in, and all of it can be read."""

import pytest

from tests.platform_contract.contract import Answer, Endpoint, contract

ANSWERS = {
    "register-account": 13,
    "generate-code-injections": 13,
    "create-onboarding-user": 10,
    "upload-images": 11,
    "register-restaurant": 17,
    "configure-website": 16,
    "configure-services": 12,
    "configure-payment": 15,
    "import-menu-direct": 15,
    "update-onboarding-record": 10,
    "add-option-sets": 19,
    "add-item-tags": 14,
    "extract-menu-premium": 13,
    "extractions/start": 8,
    "website-extraction/branding": 11,
    "status": 11,
    "code-injection": 8,
    "setup-status": 7,
    "logs": 7,
    "menus/{id}/cdn-stats": 6,
    "upload-batches/{id}": 6,
    "premium-extract-status/{job}": 7,
    "feature-flags": 6,
}
_ALL = contract().endpoints


def test_every_endpoint_has_all_its_answers() -> None:
    """23 endpoints with 255 answers, and 13 that are common to them."""
    assert {name: len(endpoint.answers) for name, endpoint in _ALL.items()} == ANSWERS
    assert (len(ANSWERS), sum(ANSWERS.values()), len(contract().common_answers)) == (23, 255, 13)


def test_every_table_is_there_with_its_columns() -> None:
    """17 tables, each with columns, a primary key among them, and what is known of its policies."""
    tables = {name: contract().table(name) for name in contract().table_names()}
    assert len(tables) == 17
    for name, table in tables.items():
        assert set(table.primary_key) <= set(table.columns), name
        assert table.rls, name


@pytest.mark.parametrize("endpoint", _ALL.values(), ids=_ALL)
def test_the_answers_of_an_endpoint_can_be_told_apart_by_name(endpoint: Endpoint) -> None:
    """No name twice, and every row id that an answer names is a write of the endpoint."""
    cases = [one.case for one in endpoint.answers]
    assert len(set(cases)) == len(cases)
    known = {one.id for one in endpoint.writes}
    assert all(set(one.possibly_written) <= known for one in endpoint.answers)


@pytest.mark.parametrize("answer", [one for endpoint in _ALL.values() for one in endpoint.answers])
def test_an_answer_says_what_came_and_what_was_done(answer: Answer) -> None:
    """Status and body belong together, and what fails does not call itself a success."""
    assert (answer.status is None) == (answer.body is None)
    assert answer.effect
    assert answer.at
    if isinstance(answer.body, dict) and "success" in answer.body and answer.status != 200:
        assert answer.body["success"] is False
