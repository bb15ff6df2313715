"""Judging how often something was sent: by the bound of the product, and by the kind of the effect (pure)."""

from collections.abc import Callable, Sequence
from datetime import datetime

from dev.chaos.expected import Done, RestaurantRecord
from dev.stack.sandbox_control import Sending
from registration.effects.model import MOST_ATTEMPTS
from registration.workflow.sub_steps import EXTRACTION_STARTS, SUB_STEPS, EffectKind, ExtractionStart

_NOT_NOW, _TOO_MANY = 503, 429
_BY_A_PERSON_ALONE = (EffectKind.CREATE, EffectKind.SWITCH)
_EXTRACTIONS = {
    ExtractionStart.MENU: ("extract-menu-premium", "extractions-start"),
    ExtractionStart.BRANDING: ("extract-branding",),
}
_EFFECTS: tuple[tuple[str, EffectKind, str], ...] = (
    *((name, row.effect, row.endpoint) for name, row in SUB_STEPS.items()),
    *((name, EXTRACTION_STARTS[name][0], endpoint) for name, both in _EXTRACTIONS.items() for endpoint in both),
)
"""All that is sent: the effect, what repeating it would do, and its endpoint."""


def endless(record: RestaurantRecord, done: Done) -> tuple[str, ...]:
    """What was sent too often for a restaurant; each decision of a person counts anew."""
    return tuple(
        f"{record.name}: {name} {found}"
        for name, kind, endpoint in _EFFECTS
        for asked in _by_decision(done.sent(record, endpoint), record.decided.get(name, ()))
        if (found := _too_often(kind, asked))
    )


def is_refused(sending: Sending) -> bool:
    """Whether the answer says clearly that nothing was done."""
    status = sending.status
    return status is not None and (400 <= status < 500 or status == _NOT_NOW or (status == 200 and _said_no(sending)))


def is_unclear(sending: Sending) -> bool:
    """Whether it got no answer, or one that does not say what became of it."""
    return not is_refused(sending) and not (sending.status == 200 and sending.success)


def is_pretended(sending: Sending) -> bool:
    """Whether the answer was a success without any trouble, and the sandbox did nothing for it."""
    return sending.fault == "nothing_done" and sending.status == 200 and sending.success is True


def _said_no(sending: Sending) -> bool:
    return sending.success is False


def _too_often(kind: EffectKind, asked: Sequence[Sending]) -> str | None:
    """Of requests with no decision of a person between them."""
    not_now = _count(asked, lambda one: one.status == _NOT_NOW)
    without_no = [one for one in asked if not is_refused(one)]
    if kind in _BY_A_PERSON_ALONE and len(without_no) > 1:
        return f"was sent {len(without_no)} times without a person, though no answer had refused it"
    if (unclear := _count(without_no, is_unclear)) and len(without_no) > MOST_ATTEMPTS:
        return f"was sent {len(without_no)} times, {unclear} of them without a clear answer"
    if not_now > MOST_ATTEMPTS:
        return f"was sent {not_now} times to a platform that was not ready"
    return None


def _by_decision(sent: Sequence[Sending], decided_at: Sequence[datetime]) -> list[list[Sending]]:
    """The requests between one decision of a person and the next."""
    parts: list[list[Sending]] = [[] for _ in range(len(decided_at) + 1)]
    for one in sent:
        parts[sum(moment <= one.arrived_at for moment in decided_at)].append(one)
    return parts


def _count(sent: Sequence[Sending], fits: Callable[[Sending], bool]) -> int:
    return sum(map(fits, sent))
