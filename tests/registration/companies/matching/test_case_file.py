"""Cases from a file."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.companies.matching.case_file import CaseCompany, RankingCase, rank_case, read_cases
from registration.errors import BadFile

COMPANY = {
    "company_number": "1",
    "company_name": "SUSHI BAY LIMITED",
    "registered_address": "33 Hurstmere Road, Takapuna, Auckland, 0622, New Zealand",
    "status": "Registered",
    "previous_names": [],
    "trading_names": [],
}
CASE: dict[str, Any] = {
    "restaurant": "Sushi Bay (Takapuna)",
    "street": "Shop 4, 33 Hurstmere Road",
    "city": "Auckland",
    "candidates": [COMPANY],
}


def _file(folder: Path, content: object) -> Path:
    file = folder / "cases.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return file


def test_a_case_is_ranked_as_it_is_written(tmp_path: Path) -> None:
    """Names and addresses are cleaned first; other keys are ignored, absent lists and addresses are empty."""
    bare = {"company_number": "2", "company_name": "X LIMITED", "registered_address": None, "status": "Registered"}
    case = CASE | {"note": "ours", "candidates": [bare | {"previous_names": None}, COMPANY | {"note": 1}]}
    [read] = read_cases(_file(tmp_path, [case]), RankingCase)
    document = rank_case(read).document()
    assert [one["company_number"] for one in document["ranked"]] == ["1", "2"]
    assert document["preselected"] == "1"


def test_removed_companies_are_left_out_and_never_preselected(tmp_path: Path) -> None:
    """Only registered companies are ranked, however well another fits."""
    [read] = read_cases(_file(tmp_path, [CASE | {"candidates": [COMPANY | {"status": "Removed"}]}]), RankingCase)
    assert rank_case(read).document() == {"ranked": [], "preselected": None}


@pytest.mark.parametrize(
    "content,reason",
    [
        ("not json", "is not JSON"),
        ({}, "is not a list of cases"),
        ([CASE, 7], "case 1: "),
        ([CASE, CASE | {"candidates": None}], "case 1: candidates: "),
        ([CASE | {"restaurant": " "}], "case 0: restaurant: "),
        ([{"restaurant": "x", "city": "y", "candidates": []}], "case 0: street: is missing"),
        ([CASE | {"candidates": [COMPANY | {"company_number": 1}]}], "case 0: candidates.0.company_number: "),
        ([CASE | {"candidates": [{"company_number": "1"}]}], "case 0: candidates.0.company_name: is missing"),
        ([CASE | {"candidates": [COMPANY | {"trading_names": "x"}]}], "case 0: candidates.0.trading_names: "),
    ],
)
def test_a_bad_case_is_named_with_the_reason(tmp_path: Path, content: object, reason: str) -> None:
    """By its index, and the place in it."""
    with pytest.raises(BadFile, match=reason):
        read_cases(_file(tmp_path, content), RankingCase)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """With the reason of the system."""
    with pytest.raises(BadFile, match="cannot be read"):
        read_cases(tmp_path / "none.json", RankingCase)


TEXTS = st.text(max_size=40) | st.lists(
    st.sampled_from(
        ["12", "Queen", "St", "Sushi", "&", "(", ")", "-", "LIMITED", "Auckland", "2019", "PO Box 1", "1/", "ō"]
    ),
    max_size=8,
).map(" ".join)


@given(st.tuples(TEXTS, TEXTS, TEXTS), st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=4))
def test_any_texts_can_be_ranked(restaurant: tuple[str, str, str], companies: list[tuple[str, str, str]]) -> None:
    """Nothing raises; scores are between 0 and 100 and descend; whoever is preselected is the first."""
    candidates = [
        CaseCompany(
            company_number=str(number), company_name=f"X{name}", registered_address=address, status="Registered",
            previous_names=(former,),
        )
        for number, (name, address, former) in enumerate(companies)
    ]  # fmt: skip
    name, street, city = restaurant
    result = rank_case(RankingCase(restaurant=f"X{name}", street=street, city=city, candidates=tuple(candidates)))
    scores = [one.score for one in result.ranked]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 100 for score in scores)
    assert result.preselected in (None, *(one.company.company_number for one in result.ranked[:1]))
