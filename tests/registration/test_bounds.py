"""What comes in has a size: lists, answers, names, numbers; what has none is refused in words, and at once."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from registration.batches.models import BatchOptions
from registration.batches.opening import batch_options
from registration.companies.matching.case_file import RankingCase, read_cases
from registration.configuration.models import YoloConfig
from registration.configuration.proposals import propose
from registration.errors import BadFile, Refused
from registration.gates.answer_file.read import read_answers_file
from registration.gates.decisions import SearchAgain
from registration.kit.documents import MOST_BYTES, read_bytes
from registration.kit.values import parse_ids
from registration.restaurants.csv_import import read_restaurants
from registration.restaurants.models import NewRestaurant
from registration.settings import Settings
from tests.registration.gates.questions.make import MENU, make_restaurant


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """A file that is longer than any of its kind, without taking up as much of the disk."""
    path = tmp_path / "list.csv"
    with path.open("wb") as file:
        file.truncate(50 * MOST_BYTES)
    return path


def test_a_file_without_end_is_not_read_to_its_end(endless: Path) -> None:
    """A gigabyte of zeros, or a device: as a list, as answers and as cases."""
    for path in (endless, Path("/dev/zero")):
        with pytest.raises(BadFile, match="longer than 20 MB"):
            read_bytes(path)
    assert [error.reason for error in read_restaurants(endless).errors] == [
        "list.csv is longer than 20 MB: check that it is the right file"
    ]
    with pytest.raises(BadFile, match="longer than"):
        read_answers_file(endless, (), "Mere")
    with pytest.raises(BadFile, match="longer than"):
        read_cases(endless, RankingCase)


def test_a_header_of_thousands_of_columns_is_refused_at_once(tmp_path: Path) -> None:
    """For lists and for answers."""
    header, begin = ",".join(f"c{number}" for number in range(30_000)), time.process_time()
    [error] = read_restaurants(f"name,{header}\nKai\n").errors
    assert "30001 columns" in str(error)
    (tmp_path / "answers.csv").write_text(f"restaurant,answer,{header}\n")
    [wrong] = read_answers_file(tmp_path / "answers.csv", (), "Mere").errors
    assert "30002 columns" in str(wrong)
    assert time.process_time() - begin < 5


def test_a_list_is_read_up_to_its_limits() -> None:
    """So many restaurants, so many errors; what is not read is said."""
    many = read_restaurants("name,external_id\n" + "".join(f"Kai {n},K-{n}\n" for n in range(20_010)))
    assert (len(many.rows), [str(error) for error in many.errors]) == (
        20_000,
        ["line 20002: was not read: a list has at most 20000 restaurants"],
    )
    wrong = read_restaurants("name,phone\n" + "Kai,x\n" * 5000)
    assert len(wrong.errors) == 1001
    assert "too many errors" in str(wrong.errors[-1])


@pytest.mark.parametrize(
    "content",
    [
        "[" * 100_000,
        "[" * 500 + "]" * 500,
        f"[{'9' * 5000}]",
        "[NaN]",
        "[1e999]",
        '[{"restaurant": "x", "visit": 1e400}]',
    ],
)
def test_answers_of_any_depth_and_size_are_refused_in_words(tmp_path: Path, content: str) -> None:
    """The error is one line without a traceback, for answers and for cases of `rank`."""
    path = tmp_path / "answers.json"
    path.write_text(content)
    read = read_answers_file(path, (), "Mere")
    assert (len(read.answers), len(read.errors)) == (0, 1)
    with pytest.raises(BadFile, match="is not JSON"):
        read_cases(path, RankingCase)


def test_answers_are_cleaned_as_those_of_forms_are(tmp_path: Path) -> None:
    """What the database cannot keep is left out."""
    path = tmp_path / "answers.json"
    path.write_text(json.dumps([{"restaurant": "no\x00body\ud800", "answer": {"kind": "no_match"}}]))
    [error] = read_answers_file(path, (), "Mere").errors
    assert "nobody" in str(error)


@pytest.mark.parametrize(
    "said, why",
    [
        ({"name": "x" * 5_000_000}, "longer than 300"),
        ({"name": "Mon\x00day"}, "control characters"),
        ({"name": "Mon\x1b]0;x"}, "control characters"),
        ({"max_parallel": 10**12}, "max_parallel"),
        ({"failure_threshold": float("nan")}, "failure_threshold"),
    ],
)
def test_a_batch_has_a_name_and_numbers_that_can_be_kept(said: dict[str, Any], why: str) -> None:
    """The refusal names the field, and is short."""
    with pytest.raises(Refused, match=why) as refused:
        batch_options(**said)
    assert len(refused.value.message) < 1000


def test_an_empty_name_is_none() -> None:
    """Then it is called by its day."""
    assert batch_options(name="  ") == BatchOptions()
    assert batch_options(name=" Monday\n ").name == "Monday"


def test_a_restaurant_has_as_many_cuisines_and_sittings_as_can_be_read() -> None:
    """From a list, and in a configuration."""
    [error] = read_restaurants(f'name,cuisine\nKai,"{";".join(f"c{n}" for n in range(5000))}"\n').errors
    assert "at most 50" in str(error)
    hours = [{"day": "Monday", "hours": {"open": "09:00", "close": "09:01"}}] * 100
    with pytest.raises(ValidationError, match="at most 70"):
        YoloConfig.model_validate({"restaurant": {"opening_hours": hours}})
    with pytest.raises(ValidationError, match="at most 50"):
        YoloConfig.model_validate({"website": {"cuisines": [f"c{n}" for n in range(60_000)]}})
    proposed = propose(make_restaurant(cuisine=tuple(f"c{n}" for n in range(60_000))), MENU).config
    assert len(proposed.website.cuisines) == 50


def test_what_is_searched_for_is_a_line() -> None:
    """A name of a megabyte is none."""
    with pytest.raises(ValidationError, match="longer than 300"):
        SearchAgain.model_validate({"query": {"name": "x" * 1_000_000}})


def test_reasons_do_not_repeat_all_that_was_wrong() -> None:
    """A cell of a megabyte is not printed again."""
    with pytest.raises(ValidationError):
        NewRestaurant.model_validate({"name": "Kai", "phone": "x" * 1_000_000})
    [error] = read_restaurants(f"name,website_url\nKai,{'x' * 100_000}\n").errors
    assert len(str(error)) < 1000
    with pytest.raises(Refused) as refused:
        parse_ids("x" * 5_000_000)
    assert len(refused.value.message) < 1000


@pytest.mark.parametrize("value", ["inf", "nan", "-inf"])
def test_settings_are_numbers_that_end(value: str) -> None:
    """No process waits for ever because somebody wrote so."""
    with pytest.raises(ValidationError):
        Settings.model_validate({"time_scale": value})
