"""Observing what the platform has done: the source of this installation, and the judge of each sub-step."""

from collections.abc import Awaitable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from registration.database.session import database_now
from registration.database.shared_transaction import Opening
from registration.effects.evidence import accounts, reports, stored
from registration.effects.evidence.facts import Facts
from registration.effects.evidence.from_http import HttpFacts
from registration.effects.evidence.from_tables import TableFacts
from registration.effects.evidence.models import Expected, Observation, Presence
from registration.platform.client import PlatformClient
from registration.settings import EvidenceSource
from registration.states import Assurance
from registration.workflow.assurance import RECORDS
from registration.workflow.sub_steps import SubStepName


class Judge(Protocol):
    """Turns the facts about one sub-step into an observation."""

    def __call__(self, facts: Facts, expected: Expected, *, after_success: bool) -> Awaitable[Observation]: ...


_N = SubStepName

JUDGES: dict[SubStepName, Judge] = {
    _N.CLOUDWAITRESS_ACCOUNT: accounts.account,
    _N.CODE_GENERATION: stored.code,
    _N.CREATE_ONBOARDING_USER: reports.onboarding_user,
    _N.UPLOAD_IMAGES: stored.images,
    _N.RESTAURANT_REGISTRATION: accounts.restaurant,
    _N.WEBSITE_CONFIG: reports.website,
    _N.SERVICES_CONFIG: reports.services,
    _N.PAYMENT_CONFIG: reports.payment,
    _N.MENU_IMPORT: reports.menu,
    _N.SYNC_ONBOARDING_USER: reports.onboarding_record,
    _N.OPTION_SETS: reports.option_sets,
    _N.ITEM_TAGS: reports.item_tags,
}


class PlatformEvidence:
    """Observes the platform for one organisation, whose rows `reading` shows.

    Raises what the platform's client raises, and MisconfiguredInstallation if the tables may not be read.
    """

    def __init__(self, way: EvidenceSource, platform: PlatformClient, reading: Opening) -> None:
        self.way = way
        self.platform = platform
        self._reading = reading
        tables = TableFacts(reading, platform.clock)
        self._facts: Facts = tables if way is EvidenceSource.TABLES else HttpFacts(platform, self._database_clock)

    async def observe(self, name: SubStepName, expected: Expected) -> Observation:
        """What the platform shows of the effect of `name`; PRESENT carries outputs for the dependants."""
        return _at_best(name, self.way, await JUDGES[name](self._facts, expected, after_success=False))

    async def read_back(self, name: SubStepName, expected: Expected) -> Observation:
        """What the platform shows after a clear success, where what exists counts whoever made it.

        UNKNOWN where the platform shows nothing of the effect; PARTIAL while images are still being uploaded.
        """
        return _at_best(name, self.way, await JUDGES[name](self._facts, expected, after_success=True))

    async def _database_clock(self) -> datetime:
        async with self._reading() as transaction:
            return await database_now(transaction)


def _at_best(name: SubStepName, way: EvidenceSource, observation: Observation) -> Observation:
    """The observation, known no better than the table of evidence allows for this source."""
    if observation.verdict is Presence.PRESENT and RECORDS[name].best(way) is not Assurance.PROVEN:
        return replace(observation, known=Assurance.REPORTED)
    return observation
