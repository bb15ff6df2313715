"""Decisions from a JSON file: every answer of the models, and the place of whatever is wrong."""

from pathlib import Path

import pytest

from registration.gates.decisions import ChooseCompany, GoAhead
from tests.registration.answers_files import config_of, configured, errors_of, read_json, waiting_job


def test_json_takes_every_answer_of_the_models(tmp_path: Path) -> None:
    """Jobs by id or name; part of a configuration is enough."""
    jax, max_, tex = configured("Jax"), configured("Max"), waiting_job("Tex")
    read = read_json(
        tmp_path,
        [
            {
                "job": str(jax.job_id),
                "answer": {"kind": "change", "config": {"website": {"nav_text_color": "#FF8800"}}},
            },
            {"restaurant": "Max", "answer": {"kind": "go_ahead", "for_all": {"website": {"theme": "dark"}}}},
            {"restaurant": "Tex", "gate": "company-selection", "answer": {"kind": "company", "company_number": "1"}},
        ],
        jax,
        max_,
        tex,
    )
    assert read.errors == ()
    changed, ahead, chosen = read.answers
    website = config_of(changed).website
    assert (website.nav_text_color.colour, website.primary_color) == ("#ff8800", "#aa0000")
    assert isinstance(ahead.answer, GoAhead)
    assert ahead.answer.for_all.website.theme == "dark"
    assert chosen.answer == ChooseCompany(company_number="1")


def test_bad_items_of_json_are_named_by_their_place(tmp_path: Path) -> None:
    """Missing and unknown fields, and answers that are none."""
    items = [
        {"restaurant": "Jax"},
        {"restaurant": "Jax", "job": "x", "answer": {"kind": "no_match"}},
        {"answer": {"kind": "no_match"}},
        {"restaurant": "Jax", "answer": {"kind": "no_match", "why": "x"}},
        {"restaurant": "Jax", "answer": {}, "password": "x"},
        "Jax",
    ]
    assert errors_of(read_json(tmp_path, items, waiting_job("Jax"))) == [
        "item 1: answer: is missing",
        "item 2: no restaurant 'x' waits for an answer in this batch",
        "item 3: restaurant is missing",
        "item 4: why: is not a known field",
        "item 5: password: is not a known field",
        "item 6: Input should be a valid dictionary or instance of _Item",
    ]


@pytest.mark.parametrize(
    "content,error", [("[\n{]", "line 2: is not valid JSON"), ("{}", "line 1: the file must be a list")]
)
def test_json_that_is_no_list_is_an_error(tmp_path: Path, content: str, error: str) -> None:
    """With the line, as far as there is one."""
    [found] = errors_of(read_json(tmp_path, content))
    assert found.startswith(error)
