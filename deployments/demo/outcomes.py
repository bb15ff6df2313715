"""How the restaurants ended, beside how the script says they must."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from textwrap import shorten
from uuid import UUID

from rich.markup import escape
from rich.table import Table

from deployments.demo.script import Role
from registration.cli.live import JOB_COLOURS
from registration.cli.printing import table
from registration.store.snapshot import BatchView, JobView

_LONGEST_REASON = 300


@dataclass(frozen=True)
class Outcome:
    """One restaurant at the end."""

    job: JobView
    role: Role

    @property
    def reason(self) -> str:
        """Why it did not complete, on one line; empty if it did."""
        return " ".join((self.job.error_message or "").split())

    @property
    def right(self) -> bool:
        """Whether it ended as the script says, for the reason that it says."""
        expected = self.role.decision
        return self.job.status is expected.expected and (expected.expected_reason_contains or "") in self.reason

    @property
    def expectation(self) -> str:
        """What the script says, in words."""
        expected = self.role.decision
        because = f" because “… {expected.expected_reason_contains} …”" if expected.expected_reason_contains else ""
        return f"{expected.expected.replace('_', ' ')}{because}"


def outcomes(view: BatchView, roles: Mapping[UUID, Role]) -> tuple[Outcome, ...]:
    """One per restaurant, in the batch's order; `roles` by restaurant id."""
    return tuple(Outcome(job, roles[job.restaurant_id]) for job in view.jobs.values())


def outcome_table(ended: Iterable[Outcome]) -> Table:
    """A row per restaurant: how it ended and why, what was expected, and whether that is the same."""
    made = table("restaurant", "ended", "expected", "")
    for one in ended:
        status = one.job.status
        told = f"[{JOB_COLOURS[status]}]{status.replace('_', ' ')}[/]"
        if one.reason:
            told += f"\n{escape(shorten(one.reason, _LONGEST_REASON))}"
        made.add_row(
            escape(one.job.restaurant), told, escape(one.expectation), "[green]✓[/]" if one.right else "[bold red]✗[/]"
        )
    return made
