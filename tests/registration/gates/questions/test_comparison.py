"""The page beside a form."""

from uuid import uuid4

from registration.companies.models import RegisterQuery
from registration.gates.questions.comparison import compare_companies, compare_configs
from registration.gates.questions.contexts import UnreadableContext
from tests.registration.gates.questions.make import (
    make_candidate,
    make_company_context,
    make_config_context,
    make_outcome,
)


def test_candidates_stand_below_each_other() -> None:
    """The best first, with its score, its link to the register and all that is known of it."""
    page = compare_companies([make_company_context()])
    heading, searched, candidates = page.split("\n\n")
    assert (heading, searched) == (
        "### Texas Chicken \\(Henderson\\)",
        "- searched: Texas Chicken · 12 Queen Street Auckland",
    )
    first, second = candidates.splitlines()
    assert first.startswith("1. **92** · **TEXAS CHICKEN LIMITED** [1001](<https://register.example/companies/app/ui/")
    assert first.endswith(" · Registered · name score 95 · address score 80 · found by name")
    assert "TEXAS LIMITED** [1002]" in second


def test_texts_from_outside_make_no_lists() -> None:
    """A number or a dash at the beginning of a name is only that."""
    page = compare_companies([make_company_context(outcome=make_outcome(make_candidate("- A\n1. B", "1")))])
    assert "**\\- A 1\\. B**" in page


def test_nothing_found_is_told_without_a_list() -> None:
    """What was searched and what is in the way is all there is."""
    page = compare_companies([make_company_context(outcome=make_outcome(), query=RegisterQuery(name="KFC"))])
    assert page.splitlines()[-1] == "- in the way: no candidates"


def test_what_cannot_be_read_is_told_too() -> None:
    """At both gates, instead of what is not known."""
    context = UnreadableContext(
        job_id=uuid4(), position=1, visit=1, restaurant_name="Texas Chicken", city=None, reason="theme: is neon"
    )
    told = "### Texas Chicken\n\n- in the way: its data cannot be read\\: theme\\: is neon"
    assert compare_companies([context]) == compare_configs([context]) == told


def test_proposals_are_told_in_full() -> None:
    """What is in the way first."""
    page = compare_configs([make_config_context(refusals=("no e-mail",))])
    assert page.splitlines()[2] == "- in the way: no e\\-mail"
    assert "- theme: " in page
