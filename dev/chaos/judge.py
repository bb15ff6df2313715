"""Judges a restaurant: our tables against the platform's own count of effects and its log of requests (pure)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from dev.chaos.expected import Done, RestaurantRecord
from dev.chaos.sendings import endless, is_pretended
from dev.chaos.verdicts import Verdict
from registration.states import Assurance, JobStatus, SubStepStatus
from registration.workflow.assurance import RECORDS
from registration.workflow.sub_steps import SUB_STEPS, EffectKind, SubStepName, dependants

_GIVEN_UP = frozenset({SubStepStatus.PENDING, SubStepStatus.FAILED, SubStepStatus.SKIPPED, SubStepStatus.CANCELLED})


@dataclass(frozen=True)
class Expected:
    """The required end of a restaurant: these sub-steps failed, their dependants skipped, all others completed.

    `open_end` is for cases with several correct ends: then only the reported states are compared with the effects.
    """

    failed: frozenset[SubStepName] = frozenset()
    open_end: bool = False

    @property
    def job_status(self) -> JobStatus:
        """The required status of the job."""
        if any(SUB_STEPS[name].blocking for name in self.failed):
            return JobStatus.FAILED
        return JobStatus.PARTIALLY_COMPLETED if self.failed else JobStatus.COMPLETED

    def status(self, name: SubStepName) -> SubStepStatus:
        """The required status of a sub-step."""
        if name in self.failed:
            return SubStepStatus.FAILED
        return SubStepStatus.SKIPPED if name in dependants(self.failed) else SubStepStatus.COMPLETED


COMPLETED = Expected()
ANY_TRUE_END = Expected(open_end=True)


def judge(record: RestaurantRecord, done: Done, expected: Expected = COMPLETED) -> Verdict:
    """The findings for one restaurant at the end of a case."""
    sent = Verdict(endless_sendings=endless(record, done), duplicates=duplicates(record, done))
    if not (record.status.ended or _waits_truthfully(record)):
        return sent + Verdict(stuck=(_finding(record, f"it is {record.status}: {_open(record)}"),))
    rest = (_judge_sub_step(record, name, done, expected) for name in SubStepName)
    return Verdict.together([sent, _judge_job(record, expected), *rest])


def missing(jobs: Collection[Any], wanted: Collection[Any]) -> Verdict:
    """Jobs that are gone."""
    gone = [str(job_id) for job_id in wanted if job_id not in jobs]
    return Verdict(losses=tuple(f"job {job_id} is gone" for job_id in gone))


def duplicates(record: RestaurantRecord, done: Done) -> tuple[str, ...]:
    """The effects that happened more than once for a restaurant; effects of the kind SET may."""
    creates = (name for name, row in SUB_STEPS.items() if row.effect is not EffectKind.SET)
    counts = {name: done.count(record, name) for name in creates}
    return tuple(_finding(record, f"{name} {n} times") for name, n in counts.items() if n > 1)


def _judge_job(record: RestaurantRecord, expected: Expected) -> Verdict:
    lost = tuple(_finding(record, question) for question in record.repeated)
    if record.status is JobStatus.COMPLETED and (open_ := _not_completed(record)) and not expected.open_end:
        return Verdict(losses=lost, false_completed=(_finding(record, f"the job is completed without {open_}"),))
    if expected.open_end or not record.status.ended or record.status is expected.job_status:
        return Verdict(losses=lost)
    finding = _finding(record, f"the job ended {record.status}, it should have {expected.job_status}")
    return Verdict(losses=(*lost, finding))


def _judge_sub_step(record: RestaurantRecord, name: SubStepName, done: Done, expected: Expected) -> Verdict:
    found = record.twelve[name]
    if found.status is SubStepStatus.COMPLETED and not done.count(record, name):
        return _judge_nothing_done(record, name, done)
    if found.known is Assurance.PERSON and name in record.recorded:
        finding = f"{name} was resolved by a person alone, though the platform shows it"
        return Verdict(stuck=(_finding(record, finding),))
    if found.status in _GIVEN_UP and done.own(record, name):
        return Verdict(losses=(_finding(record, f"{name} is {found.status}, but the platform did it: {found.error}"),))
    if expected.open_end or found.status is expected.status(name):
        return Verdict()
    finding = _finding(record, f"{name} is {found.status}, not {expected.status(name)}: {found.error}")
    return Verdict(stuck=(finding,)) if found.needs_person else Verdict(losses=(finding,))


def _judge_nothing_done(record: RestaurantRecord, name: SubStepName, done: Done) -> Verdict:
    """Completed without an effect is correct only as "reported": the answer and the record both claim success."""
    known, answers = record.twelve[name].known, done.sent(record, SUB_STEPS[name].endpoint)
    finding = known is Assurance.REPORTED and name in record.recorded and bool(answers) and is_pretended(answers[-1])
    if finding and RECORDS[name].tables is not Assurance.PROVEN:
        return Verdict()
    return Verdict(false_completed=(_finding(record, f"{name} is completed ({known}), the platform never did it"),))


def _waits_truthfully(record: RestaurantRecord) -> bool:
    return record.status is JobStatus.ACTION_REQUIRED and any(row.needs_person for row in record.twelve.values())


def _not_completed(record: RestaurantRecord) -> str:
    return ", ".join(name for name, one in record.twelve.items() if one.status is not SubStepStatus.COMPLETED)


def _open(record: RestaurantRecord) -> str:
    unended = (f"{name} {one.status}" for name, one in record.twelve.items() if not one.status.ended)
    return ", ".join(unended) or "nothing of the twelve is open"


def _finding(record: RestaurantRecord, text: str) -> str:
    return f"{record.name}: {text}"
