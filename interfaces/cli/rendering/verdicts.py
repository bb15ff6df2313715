"""Renders the outcome of answers: accepted, refused, unreadable or left open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from rich.text import Text

from interfaces.cli.output import add_rows, output, table
from registration.gates.answer_file.rows import Location, RowError
from registration.gates.decisions import SubmittedAnswer, Verdict
from registration.gates.rounds import Question
from registration.gates.wording import answer_in_words
from registration.workflow.snapshot import BatchView


@dataclass(frozen=True)
class AnswerOutcome:
    """The outcome of answers: verdicts, rows that cannot be read, and questions that only a person can answer.

    `locations` is the line or item of each job's answer in the file.
    """

    verdicts: tuple[tuple[SubmittedAnswer, Verdict], ...]
    unreadable_rows: tuple[RowError, ...] = ()
    undecided: tuple[Question, ...] = ()
    locations: Mapping[UUID, Location] = field(default_factory=dict[UUID, Location])

    @property
    def accepted(self) -> int:
        """The number of accepted answers."""
        return sum(verdict.accepted for _, verdict in self.verdicts)

    @property
    def refused(self) -> bool:
        """Whether an answer was refused or a row could not be read."""
        return bool(self.unreadable_rows) or not all(verdict.accepted for _, verdict in self.verdicts)


def print_verdicts(outcome: AnswerOutcome, view: BatchView) -> None:
    """Print one row per answer, and every row of the file that cannot be read."""
    rows = [
        (
            view.jobs[answer.job_id].restaurant,
            answer.gate,
            _answer_text(answer),
            _verdict_text(verdict, outcome.locations.get(answer.job_id)),
        )
        for answer, verdict in outcome.verdicts
    ]
    rows += [(question.title, "", "", "not answered: this needs a person") for question in outcome.undecided]
    console = output()
    if rows:
        console.print(add_rows(table("restaurant", "gate", "answer", ""), rows))
    for error in outcome.unreadable_rows:
        console.print(Text(f"{error}", style="red"), soft_wrap=True)


def print_next_step(outcome: AnswerOutcome, view: BatchView, batch_id: UUID, *, live: bool, begun: bool) -> None:
    """Print the counts and what continues the batch; answers do not start a batch that was never `begun`."""
    console = output()
    refused = len(outcome.verdicts) - outcome.accepted + len(outcome.unreadable_rows)
    console.print(f"\n{outcome.accepted} accepted, {refused} refused")
    if not outcome.verdicts and not outcome.unreadable_rows and not outcome.undecided:
        waiting = sum(job.waits_for_people for job in view.jobs.values())
        console.print(f"nothing was answered; {waiting} wait" if waiting else "nothing waits for an answer here now")
    if outcome.accepted and live:
        console.print("the running flow reads them by itself")
    elif outcome.accepted and not begun:
        console.print(
            f"they are stored; nothing works on the batch now: `registration start --batch {batch_id}` goes on",
            soft_wrap=True,
        )


def answers_document(outcome: AnswerOutcome, view: BatchView) -> dict[str, Any]:
    """The outcome of the answers as JSON."""
    return {
        "decisions": [
            _decision(answer, verdict, view.jobs[answer.job_id].restaurant, outcome.locations.get(answer.job_id))
            for answer, verdict in outcome.verdicts
        ],
        "wrong_rows": [{"place": error.location, "reason": error.reason} for error in outcome.unreadable_rows],
        "not_answered": [{"job_id": question.job_id, "restaurant": question.title} for question in outcome.undecided],
    }


def _decision(
    answer: SubmittedAnswer, verdict: Verdict, restaurant: str, location: Location | None
) -> Mapping[str, Any]:
    decision = answer.model_dump(mode="json", include={"job_id", "gate", "visit", "answer", "decided_by"})
    return {"restaurant": restaurant, "place": str(location) if location else None} | decision | verdict.model_dump()


def _answer_text(answer: SubmittedAnswer) -> str:
    return answer_in_words(answer.answer.model_dump(mode="json"))


def _verdict_text(verdict: Verdict, location: Location | None) -> str:
    if verdict.accepted:
        return "accepted"
    return f"{location}: refused: {verdict.reason}" if location else f"refused: {verdict.reason}"
