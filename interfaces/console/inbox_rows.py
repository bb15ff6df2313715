"""What waits for somebody of an organisation: the lines of the inbox, whose number every page shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from interfaces.presenting.words import counted, listed
from registration.batches.attention_queries import Attention, read_attention
from registration.batches.pending_queries import PendingAction, pending_actions
from registration.database.session import Transaction
from registration.workflow.steps import GateName

GATE_TASKS: Final = {
    GateName.COMPANY_SELECTION: "choose companies",
    GateName.YOLO_CONFIG: "confirm configurations",
    GateName.ITEM_TAGS: "decide about item tags",
}
"""What a gate asks somebody to do."""
GATE_PAGES: Final = {GateName.COMPANY_SELECTION: "company-selection", GateName.YOLO_CONFIG: "configuration"}
"""The page at which the questions of a gate are answered, below its batch."""
_EFFECTS: Final = {
    "unknown effect": "tell what happened",
    "item tags": "decide about item tags",
}
_ATTENTION: Final = {
    "failed": ("retry or leave what failed", "failed"),
    "halted": ("continue or cancel: halted by failures", "halted"),
    "idle": ("start: nobody works on it", "idle"),
}

_ACTIONS: Final = {
    "failed": (("Retry …", "retry"), ("Leave …", "leave")),
    "halted": (("Continue …", "continue"), ("Cancel …", "cancel")),
    "idle": (("Start …", "start"),),
}
"""By kind; the address of a gate and of an effect says where it is answered."""


@dataclass(frozen=True)
class InboxRow:
    """One line: what a person is asked to do, for how many restaurants of which batch, since when.

    `kind` names the sign and colour, `path` is where it is done, or says where, `detail` a reason if there is one.
    """

    key: str
    kind: str
    task: str
    batch_id: UUID
    batch: str
    count: int
    since: datetime | None
    names: str
    detail: str
    path: str

    @property
    def is_dialog(self) -> bool:
        """Whether `path` is shown in a dialog, not as a page."""
        return self.path.endswith("/answering")

    @property
    def actions(self) -> tuple[tuple[str, str], ...]:
        """What can be done at once, each with the address of its preview."""
        at = f"/batches/{self.batch_id}"
        return tuple((label, f"{at}/{page}") for label, page in _ACTIONS.get(self.kind, ()))

    @property
    def restaurants(self) -> str:
        """The number of restaurants in words."""
        return counted(self.count, "restaurant")


def gate_path(batch_id: UUID, gate: GateName, job_id: UUID | None = None) -> str:
    """Where the questions of a batch at a gate are answered, or that of one restaurant: the gate's page, or the dialog
    that names the other ways.
    """
    page = GATE_PAGES.get(gate)
    if page is None:
        return f"/batches/{batch_id}/answering" + (f"?job={job_id}" if job_id else "")
    return f"/batches/{batch_id}/{page}" + (f"#ask-{job_id}" if job_id else "")


async def read(transaction: Transaction) -> tuple[InboxRow, ...]:
    """The lines of the organisation, the longest waiting first; two queries."""
    return lines(await pending_actions(transaction), await read_attention(transaction))


def lines(pending: Iterable[PendingAction], attention: Iterable[Attention]) -> tuple[InboxRow, ...]:
    """The lines of what waits, the longest waiting first."""
    rows = [*map(_of_pending, pending), *map(_of_attention, attention)]
    return tuple(sorted(rows, key=lambda row: (row.since or datetime.max.replace(tzinfo=UTC), row.key)))


def _of_pending(one: PendingAction) -> InboxRow:
    kind, task = ("gate", GATE_TASKS[GateName(one.what)]) if one.is_gate else ("effect", _EFFECTS[one.what])
    detail = f"the register gave nothing for {one.unread}" if one.unread else ""
    alone = kind == "effect" and len(set(one.jobs)) == 1
    path = f"/jobs/{one.jobs[0]}" if alone else f"/batches/{one.batch_id}/answering"
    if one.is_gate:
        path = gate_path(one.batch_id, GateName(one.what))
    return InboxRow(
        f"{one.batch_id}-{one.what.replace(' ', '-')}",
        kind,
        task,
        one.batch_id,
        one.batch,
        one.count,
        one.since,
        listed(one.restaurants),
        detail,
        path,
    )


def _of_attention(one: Attention) -> InboxRow:
    task, kind = _ATTENTION[one.what]
    path = f"/batches/{one.batch_id}" + ("?show=failed" if one.what == "failed" else "")
    return InboxRow(
        f"{one.batch_id}-{one.what}",
        kind,
        task,
        one.batch_id,
        one.batch,
        one.count,
        one.since,
        listed(one.restaurants),
        " ".join((one.reason or "").split()),
        path,
    )
