"""Behaviour of the platform as it is built: passwords in its errors, and an account hidden by other rows."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import LiteralString

from dev.chaos.cases.hidden_secrets import files_with, tables_with
from dev.chaos.finish import finish, verdict, verdicts
from dev.chaos.lab import FAST, Lab
from dev.chaos.trial import Trial
from dev.chaos.verdicts import Verdict
from dev.stack.fixtures import PreparedBatch
from registration.settings import EvidenceSource
from registration.states import Assurance
from registration.workflow.sub_steps import SUB_STEPS, SubStepName

_N = SubStepName
_ACCOUNT = _N.CLOUDWAITRESS_ACCOUNT
_TELL_PASSWORDS = (
    _N.CREATE_ONBOARDING_USER,
    _N.RESTAURANT_REGISTRATION,
    _N.WEBSITE_CONFIG,
    _N.SERVICES_CONFIG,
    _N.PAYMENT_CONFIG,
    _N.MENU_IMPORT,
)
"""Sub-steps whose script gets the account's password as an argument, which the error of a failing script quotes."""
_SECONDS_UNTIL_CODE_IS_THERE = 100.0
_CUT_AFTER_CODE = {"kind": "cut_after", "times": 1, "seconds": _SECONDS_UNTIL_CODE_IS_THERE}
_TOLD: LiteralString = """
    select 1 as found from registration_logs
    where restaurant_id = any(%(restaurants)s) and error_message like any(%(patterns)s) limit 1
"""
_PASSWORDS: LiteralString = """
    select a.user_password_hint as password from pumpd_accounts a
    where a.restaurant_id = any(%(restaurants)s) and a.user_password_hint is not null
"""
_HIDDEN: LiteralString = """
    select 1 as found from pumpd_restaurants p join pumpd_accounts a on a.restaurant_id = p.restaurant_id
    where p.restaurant_id = %(restaurant)s and p.code_injection_generated_at < a.registration_date
"""


async def _passwords(lab: Lab, cases: Sequence[str]) -> Mapping[str, Verdict]:
    """Each restaurant of a batch meets a failing script; then all of our data is searched for the passwords."""
    batch = await lab.batch(len(cases))
    for case, restaurant_id in zip(cases, batch.restaurant_ids, strict=True):
        endpoint = SUB_STEPS[_N(case.rpartition("/")[2])].endpoint
        await lab.platform.misbehave(restaurant_id, endpoint, {"kind": "fails", "times": 1, "acts": False})
    await finish(lab, [batch])
    found = await verdicts(lab, [batch])
    leaked = await _leaked(lab, batch)
    return {case: found[job_id] + leaked for case, job_id in zip(cases, batch.job_ids, strict=True)}


async def _leaked(lab: Lab, batch: PreparedBatch) -> Verdict:
    """Locations in our data that contain a password of the batch's accounts."""
    rows = await lab.records.query(_PASSWORDS, restaurants=list(batch.restaurant_ids))
    passwords = [row["password"] for row in rows]
    patterns = [f'%--password="{password}"%' for password in passwords]
    if not await lab.records.query(_TOLD, restaurants=list(batch.restaurant_ids), patterns=patterns):
        return Verdict(stuck=("no error of the platform contained a password: nothing was tried",))
    locations = (
        *await tables_with(lab.registration_url, passwords),
        *await tables_with(lab.stack.postgres.url("prefect"), passwords),
        *files_with(lab.stack.folder, passwords),
    )
    return Verdict(losses=tuple(f"the password of an account is in {location}" for location in locations))


async def _hidden_account(way: EvidenceSource, lab: Lab, cases: Sequence[str]) -> Mapping[str, Verdict]:
    """Code is generated during the account's request, whose connection is cut once the account is open."""
    [batch] = await lab.batches_of_one(1)
    await lab.platform.misbehave(batch.restaurant_ids[0], SUB_STEPS[_ACCOUNT].endpoint, _CUT_AFTER_CODE)
    await finish(lab, [batch], FAST, {"REGISTRATION_PLATFORM_EVIDENCE": way})
    hidden = await lab.records.query(_HIDDEN, restaurant=batch.restaurant_ids[0])
    findings = () if hidden else ("the code was not there before the account: nothing was tried",)
    return dict.fromkeys(cases, await verdict(lab, batch) + Verdict(stuck=findings) + await _by_itself(lab, batch))


async def _by_itself(lab: Lab, batch: PreparedBatch) -> Verdict:
    """The account is proven without a person, by one request."""
    [record] = (await lab.records.restaurants([batch])).values()
    sent = (await lab.done(batch)).sent(record, SUB_STEPS[_ACCOUNT].endpoint)
    known = record.twelve[_ACCOUNT].known
    if known is Assurance.PROVEN and len(sent) == 1:
        return Verdict()
    return Verdict(losses=(f"the account that its restaurant's row hides is {known}, and was sent {len(sent)} times",))


TRIALS = (
    Trial(tuple(f"built/password/{name}" for name in _TELL_PASSWORDS), _passwords),
    *(
        Trial((f"built/hidden-account/{way}",), partial(_hidden_account, way))
        for way in (EvidenceSource.TABLES, EvidenceSource.HTTP)
    ),
)
