"""A batch in words: its status or outcome with a tone, and what waits in it for a person. Pure."""

from typing import Final

from interfaces.presenting.marks import Tone
from registration.batches.overview_queries import BatchOverview
from registration.states import BatchOutcome, BatchStatus

_OUTCOME_TONES: Final = {
    BatchOutcome.COMPLETED: Tone.GOOD,
    BatchOutcome.COMPLETED_WITH_FAILURES: Tone.PARTLY,
    BatchOutcome.FAILED: Tone.BAD,
    BatchOutcome.CANCELLED: Tone.QUIET,
}
_STATUS_TONES: Final = {
    BatchStatus.PENDING: Tone.QUIET,
    BatchStatus.IN_PROGRESS: Tone.RUNNING,
    BatchStatus.ACTION_REQUIRED: Tone.WAITING,
    BatchStatus.COMPLETED: Tone.GOOD,
    BatchStatus.FAILED: Tone.BAD,
    BatchStatus.CANCELLED: Tone.QUIET,
}
_STATUS_WORDS: Final = {BatchStatus.PENDING: "not started", BatchStatus.ACTION_REQUIRED: "waits for you"}


def batch_state(batch: BatchOverview) -> tuple[str, Tone]:
    """The status in words: how it ended, or what it does."""
    if batch.outcome:
        return batch.outcome.words, _OUTCOME_TONES[batch.outcome]
    if batch.stopped_reason:
        return "halted", Tone.BAD
    words = _STATUS_WORDS.get(batch.status, batch.status.replace("_", " "))
    return words, _STATUS_TONES[batch.status]


def waits_in_words(batch: BatchOverview) -> str:
    """What waits for a person, by what for."""
    counted = {
        "company": batch.waiting_company_selection,
        "config": batch.waiting_yolo_config,
        "effect": batch.waiting_unknown_effects,
        "item tags": batch.waiting_item_tags,
    }
    return ", ".join(f"{count} {what}" for what, count in counted.items() if count)
