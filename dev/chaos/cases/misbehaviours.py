"""Every misbehaviour of the platform on each of the twelve sub-steps; each restaurant of a batch meets another one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dev.chaos.finish import finish, verdicts
from dev.chaos.judge import COMPLETED, Expected
from dev.chaos.lab import Lab
from dev.chaos.trial import Trial
from dev.chaos.verdicts import Verdict
from registration.effects.models import MOST_ATTEMPTS
from registration.workflow.sub_steps import SUB_STEPS, EffectKind, SubStepName

_TOGETHER = 2
"""Number of misbehaviours in one batch, each on all of the twelve sub-steps."""
_LONGER_THAN_ANY_LIMIT = 100_000.0


_N = SubStepName
_ALL = {name: name for name in SubStepName}
_SETS = {name: name for name, row in SUB_STEPS.items() if row.effect is EffectKind.SET}
"""Sub-steps whose request is retried automatically, and fails after the last attempt."""
_SHOWN = {
    _N.CLOUDWAITRESS_ACCOUNT: _N.CLOUDWAITRESS_ACCOUNT,
    _N.CODE_GENERATION: _N.CODE_GENERATION,
    _N.CREATE_ONBOARDING_USER: _N.SYNC_ONBOARDING_USER,
}
"""Sub-steps for which a false success is detected in the end: a missing onboarding user has no record to update."""


@dataclass(frozen=True)
class Misbehaviour:
    """One misbehaviour of the platform; `fails` names the sub-step that must fail, by the sub-step that meets it."""

    name: str
    kind: str
    times: int | None = 1
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])
    fails: Mapping[SubStepName, SubStepName] = field(default_factory=dict[SubStepName, SubStepName])

    @property
    def fault(self) -> dict[str, Any]:
        """This misbehaviour as a fault of the sandbox."""
        return {"kind": self.kind, "times": self.times, **self.fields}

    def expected(self, name: SubStepName) -> Expected:
        """The expected end of a restaurant that meets the misbehaviour at this sub-step."""
        return Expected(failed=frozenset({self.fails[name]})) if name in self.fails else COMPLETED


_ACTED, _DID_NOT_ACT = {"acts": True}, {"acts": False}
_HANGS = {"seconds": _LONGER_THAN_ANY_LIMIT}
MISBEHAVIOURS = {
    misbehaviour.name: misbehaviour
    for misbehaviour in (
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
    return Trial(tuple(f"answer/{misbehaviour}/{name}" for misbehaviour in some for name in SubStepName), _play)


_NAMES = tuple(MISBEHAVIOURS)
TRIALS = tuple(_trial(_NAMES[first : first + _TOGETHER]) for first in range(0, len(_NAMES), _TOGETHER))
