"""`make eval-register`: the labelled restaurants, and the quality of the ranking."""

import json

import pytest

from dev.ranking_eval.__main__ import main
from dev.ranking_eval.cases import CASES, read_parts
from dev.ranking_eval.outcomes import outcomes, shares
from registration.errors import BadFile


def test_enough_restaurants_are_labelled() -> None:
    """At least 120 for tuning, at least 60 held out, all kinds of cases, and no restaurant twice."""
    parts = {part.name: part.cases for part in read_parts()}
    restaurants = [(case.restaurant, case.street) for cases in parts.values() for case in cases]
    assert len(parts["tuning"]) >= 120
    assert len(parts["held_out"]) >= 60
    assert len(set(restaurants)) == len(restaurants)
    assert all(any(case.right is None for case in cases) for cases in parts.values())


@pytest.mark.parametrize("part", read_parts(), ids=lambda part: part.name)
def test_the_ranking_does_what_is_wanted(part: object) -> None:
    """On every part: rank 1 is seldom wrong, and a preselection never."""
    [this] = [one for one in read_parts() if one == part]
    reached = shares(outcomes(this.cases))
    assert reached.right_at_rank_1 >= 0.9
    assert reached.right_in_first_three >= 0.97
    assert reached.wrongly_preselected == 0
    assert reached.preselected >= (0.45 if this.name == "hard" else 0.6)


def test_the_last_line_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    """The five numbers, for all cases and for each part."""
    assert main() == 0
    document = json.loads(capsys.readouterr().out.splitlines()[-1])
    parts = document.pop("parts")
    assert set(document) == {"cases", "right_at_rank_1", "right_in_first_three", "wrongly_preselected", "preselected"}
    assert set(parts) == {part.name for part in read_parts()}


def test_without_cases_there_is_nothing_to_measure() -> None:
    """A folder without cases is refused."""
    with pytest.raises(BadFile, match="no cases"):
        read_parts(CASES.parent)
