"""What is asked about item tags that contradict the menu, and how the form's answers are read."""

from typing import Any
from uuid import uuid4

from registration.configuration.allergens import Contradiction
from registration.gates.decisions import LeaveTagsOut, SetTags
from registration.gates.form_answers import read_answers
from registration.gates.questions.comparison import compare_tags
from registration.gates.questions.contexts import TagsContext
from registration.gates.questions.item_tags import tags_question
from registration.gates.rounds import Reading, Round
from registration.workflow.steps import GateName

BROWNIE = Contradiction("Brownie", "Nut Free", ("contains nuts",))
FIELD = "restaurant_01_v2"


def _context(**values: Any) -> TagsContext:
    known: dict[str, Any] = {"job_id": uuid4(), "position": 1, "visit": 2, "restaurant_name": "Kai", "city": None}
    known["found"] = (BROWNIE,)
    return TagsContext(**known | values)


def _read(context: TagsContext, **submitted: object) -> Reading:
    content = Round(gate=GateName.ITEM_TAGS, questions=(tags_question(context),))
    stored = Round.model_validate(content.model_dump(mode="json"))
    return read_answers(stored, {"decided_by": "Mere", **submitted})


def test_nothing_is_preselected() -> None:
    """The choices carry what was shown; the dish, its tag and the words of the menu are named."""
    question = tags_question(_context())
    assert {choice.label: choice.answer for choice in question.choices} == {
        "Leave the tags out": LeaveTagsOut(asked=(BROWNIE,)),
        "Set the tags all the same": SetTags(asked=(BROWNIE,)),
        "Decide later": None,
    }
    assert question.preset == "Decide later"
    assert "- “Brownie” would be tagged Nut Free, but the menu says “contains nuts”" in question.evidence


def test_a_long_list_ends_on_the_page_with_the_evidence() -> None:
    """The form names twelve; the page names all."""
    context = _context(found=tuple(Contradiction(f"Dish {number}", "Nut Free", ("nuts",)) for number in range(14)))
    evidence = tags_question(context).evidence
    assert (evidence.count("Dish"), evidence.splitlines()[-1]) == (12, "and 2 more, on the page with the evidence")
    assert compare_tags((context,)).count("Dish") == 14


def test_tags_are_left_out_without_a_reason() -> None:
    """That is the safe answer."""
    [answer] = _read(_context(), **{FIELD: "Leave the tags out"}).answers
    assert (answer.answer, answer.visit) == (LeaveTagsOut(asked=(BROWNIE,)), 2)


def test_tags_are_set_with_a_reason_only() -> None:
    """Without one the answer is refused, and asked for again with what was typed."""
    reading = _read(_context(), **{FIELD: "Set the tags all the same", f"{FIELD}_details": {"why": " "}})
    assert not reading.answers
    assert reading.refused[0].reason == "Why: tags that contradict the menu are set only with a reason"
    section = {f"{FIELD}_details": {"why": "the owner says so"}}
    [answer] = _read(_context(), **{FIELD: "Set the tags all the same"}, **section).answers
    assert answer.answer == SetTags(asked=(BROWNIE,), why="the owner says so")


def test_a_refused_answer_is_shown_with_its_reason() -> None:
    """First in the text; the section keeps what was typed."""
    question = tags_question(_context(refused="the menu has changed", typed={"why": "the owner says so"}))
    assert question.evidence.startswith("**Your last answer was not taken:** the menu has changed")
    assert question.prefilled == {"why": "the owner says so"}


def test_who_decides_later_decides_nothing() -> None:
    """Also with a reason in the section."""
    section = {f"{FIELD}_details": {"why": "I ask the owner"}}
    reading = _read(_context(), **{FIELD: "Decide later"}, **section)
    assert (reading.answers, reading.refused) == ((), ())
