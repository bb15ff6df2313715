"""Every misbehaviour of the platform on each of the twelve; each restaurant of a batch meets another one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dev.chaos.finish import finish, verdicts
from dev.chaos.judge import COMPLETED, Expected
from dev.chaos.lab import Lab
from dev.chaos.trial import Trial
from dev.chaos.verdicts import Verdict
from registration.effects.model import MOST_ATTEMPTS
from registration.workflow.sub_steps import SUB_STEPS, EffectKind, SubStepName

_TOGETHER = 2
"""Misbehaviours in one batch, each on all of the twelve."""
_LONGER_THAN_ANY_LIMIT = 100_000.0


_N = SubStepName
_ALL = {name: name for name in SubStepName}
_SETS = {name: name for name, row in SUB_STEPS.items() if row.effect is EffectKind.SET}
"""Sent again by themselves, and given up after the last time."""
_SHOWN = {
    _N.CLOUDWAITRESS_ACCOUNT: _N.CLOUDWAITRESS_ACCOUNT,
    _N.CODE_GENERATION: _N.CODE_GENERATION,
    _N.CREATE_ONBOARDING_USER: _N.SYNC_ONBOARDING_USER,
}
"""Where a success without effect is seen in the end; a missing onboarding user has no record to update."""


@dataclass(frozen=True)
class Misbehaviour:
    """What the platform does wrong; `fails` says which sub-step must fail for it, by the one that meets it."""

    name: str
    kind: str
    times: int | None = 1
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])
    fails: Mapping[SubStepName, SubStepName] = field(default_factory=dict[SubStepName, SubStepName])

    @property
    def fault(self) -> dict[str, Any]:
        """The same as the sandbox is told it."""
        return {"kind": self.kind, "times": self.times, **self.fields}

    def expected(self, name: SubStepName) -> Expected:
        """How a restaurant ends that meets it at this sub-step."""
        return Expected(failed=frozenset({self.fails[name]})) if name in self.fails else COMPLETED


_ACTED, _DID_NOT_ACT = {"acts": True}, {"acts": False}
_HANGS = {"seconds": _LONGER_THAN_ANY_LIMIT}
MISBEHAVIOURS = {
    one.name: one
    for one in (
        Misbehaviour("unavailable-once", "unavailable"),
        Misbehaviour("unavailable-thrice", "unavailable", times=3),
        Misbehaviour("unavailable-for-good", "unavailable", times=None, fails=_ALL),
        Misbehaviour("too-many-twice", "too_many", times=2, fields={"seconds": 1}),
        Misbehaviour("html-error", "html_error"),
        Misbehaviour("html-error-after-its-work", "html_error", fields=_ACTED),
        Misbehaviour("failed", "fails", fields=_DID_NOT_ACT),
        Misbehaviour("failed-after-its-work", "fails", fields=_ACTED),
        Misbehaviour("failed-four-times", "fails", times=MOST_ATTEMPTS, fields=_DID_NOT_ACT, fails=_SETS),
        Misbehaviour("cut-before", "cut_before"),
        Misbehaviour("cut-after", "cut_after"),
        Misbehaviour("success-false", "success_false", fails=_ALL),
        Misbehaviour("nothing-done", "nothing_done", fails=_SHOWN),
        Misbehaviour("malformed", "malformed"),
        Misbehaviour("malformed-without-its-work", "malformed", fields=_DID_NOT_ACT),
        Misbehaviour("hang", "hang", fields=_HANGS),
        Misbehaviour("hang-after-its-work", "hang", fields=_HANGS | _ACTED),
    )
}


async def _play(lab: Lab, cases: Sequence[str]) -> Mapping[str, Verdict]:
    """One batch, one restaurant per case, one process to its end."""
    batch = await lab.batch(len(cases))
    expected: dict[Any, Expected] = {}
    for case, job_id, restaurant_id in zip(cases, batch.job_ids, batch.restaurant_ids, strict=True):
        misbehaviour, name = _parts(case)
        await lab.platform.misbehave(restaurant_id, SUB_STEPS[name].endpoint, misbehaviour.fault)
        expected[job_id] = misbehaviour.expected(name)
    await finish(lab, [batch])
    found = await verdicts(lab, [batch], expected)
    return dict(zip(cases, (found[job_id] for job_id in batch.job_ids), strict=True))


def _parts(case: str) -> tuple[Misbehaviour, SubStepName]:
    _, misbehaviour, name = case.split("/")
    return MISBEHAVIOURS[misbehaviour], SubStepName(name)


def _trial(some: Sequence[str]) -> Trial:
    return Trial(tuple(f"answer/{one}/{name}" for one in some for name in SubStepName), _play)


_NAMES = tuple(MISBEHAVIOURS)
TRIALS = tuple(_trial(_NAMES[first : first + _TOGETHER]) for first in range(0, len(_NAMES), _TOGETHER))
