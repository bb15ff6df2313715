"""`registration rank` and `registration clean-query`, which need no database."""

import json
from pathlib import Path

import pytest

from interfaces.cli.main import DONE, WRONG_USE, run

CASES = [
    {
        "restaurant": "Sushi Bay",
        "street": "33 Hurstmere Road",
        "city": "Auckland",
        "candidates": [
            {
                "company_number": "2",
                "company_name": "SUSHI BAY NELSON LIMITED",
                "registered_address": "1 Hardy Street, Nelson, 7010",
                "status": "Registered",
            },
            {
                "company_number": "1",
                "company_name": "SUSHI BAY LIMITED",
                "registered_address": "33 Hurstmere Road, Takapuna, Auckland, 0622",
                "status": "Registered",
            },
        ],
    },
    {"restaurant": "Nobody's", "street": "", "city": "", "candidates": []},
]


def test_cases_are_ranked_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A list in the order of the cases: company numbers with scores, and the clear match, if any."""
    file = tmp_path / "cases.json"
    file.write_text(json.dumps(CASES), encoding="utf-8")
    assert run(["rank", "--file", str(file), "--json"]) == DONE
    first, second = json.loads(capsys.readouterr().out)
    assert [row["company_number"] for row in first["ranked"]] == ["1", "2"]
    assert first["ranked"][0]["score"] == 100
    assert (first["preselected"], second) == ("1", {"ranked": [], "preselected": None})


def test_cases_are_ranked_as_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A row per candidate, and one for a restaurant without candidates."""
    file = tmp_path / "cases.json"
    file.write_text(json.dumps(CASES), encoding="utf-8")
    assert run(["rank", "--file", str(file)]) == DONE
    result = capsys.readouterr().out
    assert "SUSHI BAY NELSON LIMITED" in result
    assert "no registered company" in result


def test_an_invalid_case_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is ranked; one line names the index of the case."""
    file = tmp_path / "cases.json"
    file.write_text(json.dumps([*CASES, {"restaurant": "x"}]), encoding="utf-8")
    assert run(["rank", "--file", str(file), "--json"]) == WRONG_USE
    result = capsys.readouterr()
    assert (result.out, result.err.count("\n")) == ("", 1)
    assert "case 2: street: is missing" in result.err


def test_a_query_is_cleaned(capsys: pytest.CaptureFixture[str]) -> None:
    """Name, street and city, as JSON and as a table with the given values."""
    given = ["clean-query", "--name", "KFC - Queen St", "--address", "Shop 4, 23 Lambton Quay", "--city", "Wellington"]
    assert run([*given, "--json"]) == DONE
    cleaned = {"name": "KFC", "street": "23 Lambton Quay", "city": "Wellington"}
    assert json.loads(capsys.readouterr().out) == cleaned
    assert run(given) == DONE
    result = capsys.readouterr().out
    assert "KFC - Queen St" in result
    assert "Shop 4, 23 Lambton Quay" in result
