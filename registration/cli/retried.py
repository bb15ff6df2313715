"""What became of a retry, as it is printed."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rich.text import Text

from registration.cli.going_on import going_on_document, print_going_on
from registration.cli.printing import output, print_json
from registration.cli.starting import Started
from registration.retrying.retry import Retried
from registration.steps import STEPS


@dataclass(frozen=True)
class Outcome:
    """One job of several: opened again, or the reason why not."""

    job_id: UUID
    retried: Retried | None
    refused: str | None = None


def print_retried(done: Retried, started: Started | None, *, as_json: bool) -> None:
    """One job."""
    if as_json:
        print_json(_document(done) | going_on_document(started))
        return
    output().print(Text(_line(done)), soft_wrap=True)
    print_going_on(started)


def print_outcomes(outcomes: list[Outcome], started: Started | None, *, as_json: bool) -> None:
    """Several jobs of one batch."""
    opened = [one.retried for one in outcomes if one.retried is not None]
    refused = [{"job_id": one.job_id, "reason": one.refused} for one in outcomes if one.refused is not None]
    if as_json:
        print_json({"opened": [_document(one) for one in opened], "refused": refused} | going_on_document(started))
        return
    for one in opened:
        output().print(Text(_line(one)), soft_wrap=True)
    for one in refused:
        output().print(Text(f"not opened: {one['reason']}", style="red"), soft_wrap=True)
    output().print(f"\n{len(opened)} opened again, {len(refused)} not")
    if opened:
        print_going_on(started)


def _line(done: Retried) -> str:
    steps = [f"step {step} {STEPS[step].name}" for step in sorted({*done.plan.steps, *done.plan.asked_again})]
    return f"{done.restaurant}: open again: {', '.join([*steps, *done.plan.sub_steps])}"


def _document(done: Retried) -> dict[str, Any]:
    return {
        "job_id": done.job_id,
        "batch_id": done.batch_id,
        "restaurant": done.restaurant,
        "steps": sorted({*done.plan.steps, *done.plan.asked_again}),
        "sub_steps": list(done.plan.sub_steps),
    }
