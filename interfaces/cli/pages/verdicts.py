"""What became of answers, as it is printed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from rich.text import Text

from interfaces.cli.output import add_rows, output, table
from registration.gates.answer_file.rows import Place, RowError
from registration.gates.decisions import GivenAnswer, Verdict
from registration.gates.rounds import Question
from registration.gates.wording import answer_in_words
from registration.workflow.snapshot import BatchView, waits_for


@dataclass(frozen=True)
class Answered:
    """What became of the answers: verdicts, rows that cannot be read, questions that only a person can answer.

    `places` says where in the file the answer for a job stands.
    """

    verdicts: tuple[tuple[GivenAnswer, Verdict], ...]
    wrong: tuple[RowError, ...] = ()
    undecided: tuple[Question, ...] = ()
    places: Mapping[UUID, Place] = field(default_factory=dict[UUID, Place])

    @property
    def accepted(self) -> int:
        """How many answers count."""
        return sum(verdict.accepted for _, verdict in self.verdicts)

    @property
    def refused(self) -> bool:
        """Whether anything that was said does not count."""
        return bool(self.wrong) or not all(verdict.accepted for _, verdict in self.verdicts)


def print_verdicts(done: Answered, view: BatchView) -> None:
    """One row per answer, and every row of the file that cannot be read."""
    rows = [
        (view.jobs[given.job_id].restaurant, given.gate, _told(given), _judged(verdict, done.places.get(given.job_id)))
        for given, verdict in done.verdicts
    ]
    rows += [(question.title, "", "", "not answered: this needs a person") for question in done.undecided]
    console = output()
    if rows:
        console.print(add_rows(table("restaurant", "gate", "answer", ""), rows))
    for error in done.wrong:
        console.print(Text(f"{error}", style="red"), soft_wrap=True)


def print_what_next(done: Answered, view: BatchView, batch_id: UUID, *, live: bool, begun: bool) -> None:
    """How many count, and who goes on with them; a batch that was not `begun` is not started by an answer."""
    console = output()
    console.print(f"\n{done.accepted} accepted, {len(done.verdicts) - done.accepted + len(done.wrong)} refused")
    if not done.verdicts and not done.wrong and not done.undecided:
        waiting = sum(bool(waits_for(job)) for job in view.jobs.values())
        console.print(f"nothing was answered; {waiting} wait" if waiting else "nothing waits for an answer here now")
    if done.accepted and live:
        console.print("the running flow picks them up by itself")
    elif done.accepted and not begun:
        console.print(
            f"they are stored; nothing works on the batch now: `registration start --batch {batch_id}` goes on",
            soft_wrap=True,
        )


def document(done: Answered, view: BatchView) -> dict[str, Any]:
    """The same for programs."""
    return {
        "decisions": [
            _decision(given, verdict, view.jobs[given.job_id].restaurant, done.places.get(given.job_id))
            for given, verdict in done.verdicts
        ],
        "wrong_rows": [{"place": error.place, "reason": error.reason} for error in done.wrong],
        "not_answered": [{"job_id": question.job_id, "restaurant": question.title} for question in done.undecided],
    }


def _decision(given: GivenAnswer, verdict: Verdict, restaurant: str, place: Place | None) -> Mapping[str, Any]:
    said = given.model_dump(mode="json", include={"job_id", "gate", "visit", "answer", "decided_by"})
    return {"restaurant": restaurant, "place": str(place) if place else None} | said | verdict.model_dump()


def _told(given: GivenAnswer) -> str:
    return answer_in_words(given.answer.model_dump(mode="json"))


def _judged(verdict: Verdict, place: Place | None) -> str:
    if verdict.accepted:
        return "accepted"
    return f"{place}: refused: {verdict.reason}" if place else f"refused: {verdict.reason}"
