"""What a conversion of leads shows in the Prefect UI."""

from uuid import UUID

from registration.batches.run_queries import OpenedBatch
from registration.leads.outcome import AlreadyConverted, Conversion, Converted, NotConverted
from tasks.leads import markdown, message

ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))
DONE = Conversion(
    (Converted(ONE, "Kai [Queen St](http://evil.example)", TWO, ("phone: '12' is not a number",)),),
    (AlreadyConverted(TWO, "Moana", THREE, None, "Mere"),),
    (NotConverted(THREE, None, "there is no such lead"),),
    (OpenedBatch(ONE, "Monday", 1),),
    left=4,
)


def test_the_summary_begins_with_what_a_person_must_do() -> None:
    """Failures with reasons, the batches, leads that need attention, and then the rest."""
    text = markdown(DONE, {})
    titles = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    assert titles == ["Not converted", "Batches", "Needs a look", "Already converted", "Converted"]
    assert f"not started; its id is {ONE}" in text
    assert "# 1 converted, 1 already converted, 1 not converted, 4 left for later" in text


def test_names_of_leads_are_only_text() -> None:
    """Scraped names may contain any text."""
    assert "](http" not in markdown(DONE, {})


def test_the_message_names_the_batches_and_the_first_reason() -> None:
    """One line."""
    said = message(DONE, {ONE: TWO})
    assert said == f"{DONE.line}; “Monday” started; {THREE}: there is no such lead"
