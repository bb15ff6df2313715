"""Asking what the platform has done: the way of this installation, and the judge of each sub-step."""

from collections.abc import Awaitable
from dataclasses import replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from registration.database.session import database_now
from registration.effects.evidence import accounts, reports, stored
from registration.effects.evidence.facts import Facts
from registration.effects.evidence.from_http import HttpFacts
from registration.effects.evidence.from_tables import Reading, TableFacts
from registration.effects.evidence.model import Expected, Observation, Presence
from registration.platform.client import PlatformClient
from registration.settings import EvidenceSource
from registration.states import Assurance
from registration.workflow.assurance import RECORDS
from registration.workflow.sub_steps import SubStepName


class Judge(Protocol):
    """What follows from the facts for one sub-step."""

    def __call__(self, facts: Facts, asked: Expected, *, after_success: bool) -> Awaitable[Observation]: ...


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
    """Looks at the platform for one organisation. Raises what its questions raise, and MisconfiguredInstallation."""

    def __init__(self, way: EvidenceSource, platform: PlatformClient, reading: Reading, organisation_id: UUID) -> None:
        self.way = way
        self.platform = platform
        self._reading = reading
        tables = TableFacts(reading, organisation_id, platform.clock)
        self._facts: Facts = tables if way is EvidenceSource.TABLES else HttpFacts(platform, self._database_clock)

    async def look(self, name: SubStepName, asked: Expected) -> Observation:
        """What the platform shows of the effect of `name`; PRESENT carries outputs for the dependants."""
        return _at_best(name, self.way, await JUDGES[name](self._facts, asked, after_success=False))

    async def read_back(self, name: SubStepName, asked: Expected) -> Observation:
        """The same after a clear success: what a create effect made counts whoever made it.

        UNKNOWN where the platform cannot be asked; PARTIAL while images are still being uploaded.
        """
        return _at_best(name, self.way, await JUDGES[name](self._facts, asked, after_success=True))

    async def _database_clock(self) -> datetime:
        async with self._reading() as connection:
            return await database_now(connection)


def _at_best(name: SubStepName, way: EvidenceSource, look: Observation) -> Observation:
    """A look says no more than the table of evidence allows by this way."""
    if look.verdict is Presence.PRESENT and RECORDS[name].best(way) is not Assurance.PROVEN:
        return replace(look, known=Assurance.REPORTED)
    return look
