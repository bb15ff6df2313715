"""Judges how often a request was sent: by the product's bound, and by the kind of the effect (pure)."""

from collections.abc import Callable, Sequence
from datetime import datetime

from dev.chaos.expected import Done, RestaurantRecord
from dev.stack.sandbox_control import Sending
from registration.effects.models import MOST_ATTEMPTS
from registration.workflow.sub_steps import EXTRACTION_STARTS, SUB_STEPS, EffectKind, ExtractionStart

_NOT_NOW, _TOO_MANY = 503, 429
MOST_WHILE_NOT_READY = 50
"""Requests to a platform that is not ready: about twenty within the patience, more after a process that died."""
_BY_A_PERSON_ALONE = (EffectKind.CREATE, EffectKind.SWITCH)
_EXTRACTIONS = {
    ExtractionStart.MENU: ("extract-menu-premium", "extractions-start"),
    ExtractionStart.BRANDING: ("extract-branding",),
}
_EFFECTS: tuple[tuple[str, EffectKind, str], ...] = (
    *((name, row.effect, row.endpoint) for name, row in SUB_STEPS.items()),
    *((name, EXTRACTION_STARTS[name][0], endpoint) for name, both in _EXTRACTIONS.items() for endpoint in both),
)
"""All requests: the effect, the consequence of repeating it, and its endpoint."""


def endless(record: RestaurantRecord, done: Done) -> tuple[str, ...]:
    """The requests that were sent too often for a restaurant; each decision of a person starts a new count."""
    return tuple(
        f"{record.name}: {name} {found}"
        for name, kind, endpoint in _EFFECTS
        for requests in _by_decision(done.sent(record, endpoint), record.decided.get(name, ()))
        if (found := _too_often(kind, requests))
    )


def is_refused(sending: Sending) -> bool:
    """True if the answer says clearly that nothing was done."""
    status = sending.status
    return status is not None and (
        400 <= status < 500 or status == _NOT_NOW or (status == 200 and _refusal_sent(sending))
    )


def is_unclear(sending: Sending) -> bool:
    """True without an answer, or with an answer that does not show the result."""
    return not is_refused(sending) and not (sending.status == 200 and sending.success)


def is_pretended(sending: Sending) -> bool:
    """True if the answer was a success without any trouble, and the sandbox did nothing for it."""
    return sending.fault == "nothing_done" and sending.status == 200 and sending.success is True


def _refusal_sent(sending: Sending) -> bool:
    return sending.success is False


def _too_often(kind: EffectKind, requests: Sequence[Sending]) -> str | None:
    """Findings for requests with no decision of a person between them."""
    not_now = _count(requests, lambda one: one.status == _NOT_NOW)
    without_no = [request for request in requests if not is_refused(request)]
    if kind in _BY_A_PERSON_ALONE and len(without_no) > 1:
        return f"was sent {len(without_no)} times without a person, though no answer had refused it"
    if (unclear := _count(without_no, is_unclear)) and len(without_no) > MOST_ATTEMPTS:
        return f"was sent {len(without_no)} times, {unclear} of them without a clear answer"
    if not_now > MOST_WHILE_NOT_READY:
        return f"was sent {not_now} times to a platform that was not ready"
    return None


def _by_decision(sent: Sequence[Sending], decided_at: Sequence[datetime]) -> list[list[Sending]]:
    """The requests between one decision of a person and the next."""
    parts: list[list[Sending]] = [[] for _ in range(len(decided_at) + 1)]
    for request in sent:
        parts[sum(moment <= request.arrived_at for moment in decided_at)].append(request)
    return parts


def _count(sent: Sequence[Sending], fits: Callable[[Sending], bool]) -> int:
    return sum(map(fits, sent))
