"""A lead is disqualified at the moment in which it is converted."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import LiteralString
from uuid import uuid4

from dev.chaos.held_rows import HeldRows
from dev.chaos.lab import Lab
from dev.chaos.operator import CommandFailed, registration
from dev.chaos.trial import Trial
from dev.chaos.verdicts import Verdict
from dev.stack.databases import provide_organisation

_SCRAPE_JOB: LiteralString = """
    insert into lead_scrape_jobs (id, organisation_id, name, platform)
    values (%(scrape_job)s, %(organisation)s, 'Henderson', 'ubereats')
"""
_LEAD: LiteralString = """
    insert into leads
        (id, organisation_id, lead_scrape_job_id, restaurant_name, current_step, step_progression_status)
    values (%(lead)s, %(organisation)s, %(scrape_job)s, 'Kai', 4, 'passed')
"""
_DISQUALIFY: LiteralString = "update leads set step_progression_status = 'failed' where id = %(lead)s"
_CONVERTED: LiteralString = """
    select 1 as found from leads where id = %(lead)s and converted_to_restaurant_id is not null
"""


async def _disqualified(lab: Lab, cases: Sequence[str]) -> Mapping[str, Verdict]:
    """The command has chosen the lead, and waits for the transaction that disqualifies it."""
    ids = {"organisation": uuid4(), "scrape_job": uuid4(), "lead": uuid4()}
    await provide_organisation(lab.stack.addresses.owner_database_url, str(ids["organisation"]))
    await lab.records.query(_SCRAPE_JOB, **ids)
    await lab.records.query(_LEAD, **ids)
    async with HeldRows.holding(lab.registration_url, _DISQUALIFY, lead=ids["lead"]) as held:
        arguments = ("convert-leads", "--scrape-job", str(ids["scrape_job"]), "--no-start", "--by", "faults")
        converting = asyncio.create_task(registration(lab, ids["organisation"], *arguments))
        await held.until_behind(1)
    with suppress(CommandFailed):  # it may say that there was nothing to convert
        await converting
    converted = await lab.records.query(_CONVERTED, lead=ids["lead"])
    found = Verdict(false_completed=("a lead that was disqualified is a restaurant",)) if converted else Verdict()
    return dict.fromkeys(cases, found)


TRIALS = (Trial(("race/disqualified-lead",), _disqualified),)
