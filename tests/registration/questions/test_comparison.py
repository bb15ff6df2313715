"""The page beside a form."""

from registration.models.company import RegisterQuery
from registration.questions.comparison import compare_companies, compare_configs
from tests.registration.questions.make import make_candidate, make_company_case, make_config_case, make_outcome


def test_candidates_stand_side_by_side() -> None:
    """One row each with the link to the register; no column is empty."""
    page = compare_companies([make_company_case()])
    heading, searched, table = page.split("\n\n")
    assert (heading, searched) == (
        "### Texas Chicken \\(Henderson\\)",
        "- searched: Texas Chicken · 12 Queen Street Auckland",
    )
    head, _, first, second = table.splitlines()
    assert head.startswith("| score | company | address | status |")
    assert first.startswith("| 92 | TEXAS CHICKEN LIMITED [1001](<https://register.example/companies/app/ui/pages/")
    assert "TEXAS LIMITED [1002]" in second


def test_texts_from_outside_make_no_columns() -> None:
    """A pipe in a name is only a pipe."""
    page = compare_companies([make_company_case(outcome=make_outcome(make_candidate("A | B", "1")))])
    assert "A \\| B" in page


def test_nothing_found_is_told_without_a_table() -> None:
    """What was searched and what is in the way is all there is."""
    page = compare_companies([make_company_case(outcome=make_outcome(), query=RegisterQuery(name="KFC"))])
    assert page.splitlines()[-1] == "- in the way: no candidates"


def test_proposals_are_told_in_full() -> None:
    """What is in the way first."""
    page = compare_configs([make_config_case(refusals=("no e-mail",))])
    assert page.splitlines()[2] == "- in the way: no e\\-mail"
    assert "- theme: " in page
