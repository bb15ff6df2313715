"""Whom a person is told to look at in a round."""

from typing import Any

from registration.gates.questions.company import company_question
from registration.gates.questions.config import attention_hint, config_question
from registration.gates.rounds import Details, Round
from registration.workflow.steps import GateName
from tests.registration.gates.questions.make import (
    make_candidate,
    make_company_context,
    make_config_context,
    make_outcome,
)

CLEAR = make_outcome(make_candidate("A", "1"), preselected="1")


def _companies(*contexts: dict[str, Any]) -> str:
    made = (make_company_context(position=at, **context) for at, context in enumerate(contexts, start=1))
    return attention_hint(Round(gate=GateName.COMPANY_SELECTION, questions=tuple(map(company_question, made))))


def test_the_few_that_need_a_choice_are_named() -> None:
    """Who is preselected is only counted."""
    unclear = {"restaurant_name": "Saffron <Lane>", "city": "Ōtaki"}
    said = _companies({"outcome": CLEAR}, unclear, {"outcome": CLEAR})
    assert said == r"1 of 3 needs you: **Saffron \<Lane\> \(Ōtaki\)**. The others are preselected."


def test_a_section_that_is_to_be_filled_in_needs_a_look() -> None:
    """Although the choice that takes it is preselected."""
    by_hand = {"asked": Details.ENTER_BY_HAND, "restaurant_name": "KFC", "city": None}
    assert _companies(by_hand, {"outcome": CLEAR}).startswith("1 of 2 needs you: **KFC**.")


def test_all_or_none_are_not_named() -> None:
    """Where everybody needs somebody, or there is only one restaurant, nothing is to be said."""
    assert _companies({"outcome": CLEAR}, {"outcome": CLEAR}) == "All 2 are preselected."
    assert [_companies({}, {}), _companies({"outcome": CLEAR}), _companies({})] == ["", "", ""]


def test_many_are_named_in_part() -> None:
    """Twelve are enough for a line above the form."""
    said = _companies({"outcome": CLEAR}, *({"restaurant_name": f"Kai {at}"} for at in range(15)))
    assert said.startswith("15 of 16 need you: ")
    assert said.count("**Kai") == 12
    assert said.endswith(" and 3 more. The others are preselected.")


def test_a_proposal_that_preflight_refuses_needs_a_look() -> None:
    """At the other gate."""
    contexts = (
        make_config_context(position=1),
        make_config_context(position=2, refusals=("no e-mail",), restaurant_name="KFC"),
    )
    said = attention_hint(Round(gate=GateName.YOLO_CONFIG, questions=tuple(map(config_question, contexts))))
    assert said.startswith("1 of 2 needs you: **KFC ")
