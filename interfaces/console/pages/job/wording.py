"""The consequences of a command in words, for its preview. Pure."""

from collections.abc import Iterable, Iterator
from typing import Final

from interfaces.presenting.words import listed
from registration.effects.evidence import Presence
from registration.operations.consequences import Consequences
from registration.operations.job_state import JobState
from registration.operations.resolve import Resolution
from registration.operations.retry_plan import Plan, with_built_on
from registration.operations.retry_request import RetryRequest
from registration.states import SubStepStatus
from registration.workflow.steps import STEPS, Step
from registration.workflow.sub_steps import SUB_STEPS, EffectKind, SubStepName, dependants

Lines = tuple[tuple[str, str], ...]
"""What a preview says: a label, and the text beside it."""

PRESENCE: Final = {
    Presence.PRESENT: "it is there",
    Presence.PARTIAL: "a part of it is there",
    Presence.INCOMPLETE: "a part of it is there, and no more comes",
    Presence.ABSENT: "it is not there",
    Presence.UNKNOWN: "nothing that is certain",
    Presence.FOREIGN: "an account that was not made here",
}
"""What the platform shows, for people."""

_AGAIN: Final = {
    EffectKind.CREATE: "if the first request did happen, there will be two",
    EffectKind.SWITCH: "if the first request did happen, the second one reverts or doubles it",
    EffectKind.ENSURE: "if the first request did happen, the second one finds what it made",
    EffectKind.SET: "a second request changes nothing more",
}


def plan_lines(planned: Plan, wanted: RetryRequest) -> Lines:
    """What a retry opens, what of it was completed, and what is checked first."""
    redone = [*(_step(step) for step in sorted(wanted.redo_steps)), *sorted(wanted.redo_sub_steps)]
    steps = [_step(step) for step in planned.steps if not (step is Step.SET_UP and planned.sub_steps)]
    lines = (
        ("opens", ", ".join([*steps, *planned.sub_steps])),
        ("does again what is completed", ", ".join(redone)),
        ("withdraws the open question of", ", ".join(map(_step, planned.withdrawn_questions))),
        ("asks the platform first whether it is still there", ", ".join(planned.creates_again)),
        ("asks people again at", ", ".join(_gates(planned))),
        ("stays as it is", "everything else"),
    )
    return tuple((label, text) for label, text in lines if text)


def _gates(planned: Plan) -> Iterator[str]:
    for step in sorted({*planned.steps, *planned.withdrawn_questions}):
        if STEPS[step].is_gate:
            yield _step(step)


def _step(step: Step) -> str:
    return f"{int(step)} {STEPS[step].name}"


def redo_choices(state: JobState, possible: Iterable[Step | SubStepName]) -> tuple[tuple[str, str, str], ...]:
    """What can be done again: its name in an address, its words, and what was built on it."""
    return tuple(_choice(state, one) for one in possible)


def _choice(state: JobState, one: Step | SubStepName) -> tuple[str, str, str]:
    named = RetryRequest(redo_steps=frozenset({one})) if isinstance(one, Step) else _of_sub_step(one)
    also = with_built_on(state, named)
    steps = [_step(step) for step in sorted(also.redo_steps - named.redo_steps)]
    built = ", ".join([*steps, *sorted(also.redo_sub_steps - named.redo_sub_steps)])
    value, words = (str(int(one)), _step(one)) if isinstance(one, Step) else (one.value, one.value)
    return value, words, f"with {built}" if built else ""


def _of_sub_step(name: SubStepName) -> RetryRequest:
    return RetryRequest(redo_sub_steps=frozenset({name}))


def cancel_lines(state: JobState, in_flight: list[str]) -> Lines:
    """What a cancel stops, and what may still happen."""
    done = [name for name, one in state.sub_steps.items() if one.status is SubStepStatus.COMPLETED]
    return (
        ("stops", "every step and sub-step of it that was not sent; the other restaurants of the batch go on"),
        ("in flight, may still happen", ", ".join(in_flight) or "nothing"),
        ("stays on the platform", ", ".join(done) or "nothing was made there"),
        ("afterwards", "a retry opens it again"),
    )


def statement_lines(name: SubStepName, to: SubStepStatus, follow: Consequences) -> Lines:
    """What follows if a person says that a sub-step was done by hand, or is not needed."""
    done = to is SubStepStatus.COMPLETED
    lines = (
        (name.value, "counts as done by hand, or as proven if the platform shows it" if done else "counts as skipped"),
        ("goes on because of it", ", ".join(follow.opened)),
        ("is skipped because of it", ", ".join(follow.skipped)),
        ("on the platform", "nothing is changed by this"),
    )
    return tuple((label, text) for label, text in lines if text)


def resolution_lines(state: JobState, effect: str, resolution: Resolution) -> Lines:
    """What follows from the answer to an effect of which only a person can tell what happened."""
    needing = [name for name in SUB_STEPS if effect in SUB_STEPS and name in dependants([SubStepName(effect)])]
    waiting = [name for name in needing if state.sub_steps[name].status is SubStepStatus.PENDING]
    if resolution is Resolution.IT_IS_THERE:
        lines = (
            (effect, "counts as done, by a person; nothing is sent"),
            ("goes on because of it", listed(waiting, 12)),
        )
    elif state.status.ended:
        lines = ((effect, "is not sent again by itself: the job has ended; a retry sends it"),)
    else:
        kind = SUB_STEPS[SubStepName(effect)].effect if effect in SUB_STEPS else EffectKind.CREATE
        lines = ((effect, "is sent once more"), ("mind", _AGAIN[kind]), ("follows", listed(waiting, 12)))
    return tuple((label, text) for label, text in lines if text)
