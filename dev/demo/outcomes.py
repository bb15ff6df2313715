"""The final state of each restaurant, compared with the script, and the files for an analysis."""

import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from uuid import UUID

from rich.table import Table
from rich.text import Text

from dev.demo.script import Role
from interfaces.cli.rendering.live import JOB_COLOURS
from registration.reporting.summary import evidence_of
from registration.states import JobStatus
from registration.workflow.snapshot import BatchView, JobView

_LONGEST_REASON = 300
LEGEND = Text("proven: read back from the platform; reported: the platform called it a success", style="bright_black")


@dataclass(frozen=True)
class Outcome:
    """The final state of one restaurant."""

    job: JobView
    role: Role

    @property
    def reason(self) -> str:
        """The reason on one line why the job did not complete; empty if it did."""
        return " ".join((self.job.error_message or "").split())

    @property
    def right(self) -> bool:
        """True if the restaurant ended with the status and the reason of the script."""
        expected = self.role.decision
        return self.job.status is expected.expected and (expected.expected_reason_contains or "") in self.reason

    @property
    def expectation(self) -> str:
        """The expected end in words."""
        return f"{_words(self.role.decision.expected)}{self.because}"

    @property
    def because(self) -> str:
        """The expected reason in words; empty if the script has none."""
        reason = self.role.decision.expected_reason_contains
        return f" because “{reason}”" if reason else ""


def outcomes(view: BatchView, roles: Mapping[UUID, Role]) -> tuple[Outcome, ...]:
    """One outcome per restaurant, in the batch's order; `roles` by restaurant id."""
    return tuple(Outcome(job, roles[job.restaurant_id]) for job in view.jobs.values())


def outcome_table(ended: Iterable[Outcome]) -> Table:
    """A row per restaurant: status and reason, whether both were expected, and the evidence of completed sub-steps."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    made.add_column("restaurant", no_wrap=True)
    made.add_column("ended", overflow="fold")
    for outcome in ended:
        made.add_row(Text(outcome.job.restaurant), Text("\n").join(_cell_lines(outcome)))
    return made


def _cell_lines(one: Outcome) -> Iterator[Text]:
    mark = ("✓ ", "green") if one.right else ("✗ ", "bold red")
    status = (_words(one.job.status), JOB_COLOURS[one.job.status])
    known = evidence_of([one.job])
    if one.right and not one.reason:
        yield Text.assemble(mark, status, f": {known}" if known else "")
        return
    yield Text.assemble(mark, status, f", as expected{one.because}" if one.right else f"; expected: {one.expectation}")
    if one.reason:
        yield Text(shorten(one.reason, _LONGEST_REASON), style="bright_black")
    if known:
        yield Text(f"completed sub-steps: {known}")


def _words(status: JobStatus) -> str:
    return status.replace("_", " ")


_HISTORY = "history-of-{0}.txt"


def history_of(restaurant: str) -> str:
    """The name of the file with the history of a restaurant."""
    return _HISTORY.format(re.sub(r"\W+", "-", restaurant).strip("-"))


def keep_logs(folder: Path) -> str:
    """Copy the logs of the temporary stack to a folder that stays; return lines that describe the files."""
    kept = Path(tempfile.mkdtemp(prefix="registration-demo-logs-", dir=folder.parent))
    for pattern in ("*.log", _HISTORY.format("*")):
        for file in folder.glob(pattern):
            shutil.copy(file, kept)
    histories = sorted(file.name for file in kept.glob(_HISTORY.format("*")))
    lines = [f"The logs are kept in {kept}"]
    lines += [f"  {name}: its history, by `registration show JOB`" for name in histories]
    lines += ["  flow-runs.log: the logs of the flow runs", "  worker-registration.log: their printed output"]
    lines += ["`make up` keeps such a stack, in which `registration show JOB` prints a history"]
    return "\n".join(lines)
