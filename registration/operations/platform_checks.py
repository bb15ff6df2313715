"""What the platform shows of a sub-step that a person wants done again, or says to have done by hand."""

from functools import partial
from types import TracebackType
from typing import Self
from uuid import UUID

from registration.database.session import Database
from registration.effects.evidence import Expected, Observation, PlatformEvidence, Presence
from registration.effects.evidence.models import Sendings, expected_of
from registration.effects.models import EffectRow
from registration.effects.queries import read_effect
from registration.effects.set_up_queries import read_set_up
from registration.errors import (
    MisconfiguredInstallation,
    NotUnderstood,
    PlatformRefused,
    PlatformUnclear,
    TransientError,
)
from registration.operations.job_state import JobState
from registration.platform.client import PlatformClient
from registration.settings import Settings
from registration.states import Assurance
from registration.workflow.assurance import RECORDS
from registration.workflow.sub_steps import SubStepName

_CANNOT_BE_ASKED = (TransientError, PlatformUnclear, PlatformRefused, NotUnderstood)


class PlatformChecks:
    """Asks the platform for one organisation; its client is made at the first question and closed at the end."""

    def __init__(self, database: Database, organisation_id: UUID, installation: Settings) -> None:
        self._database = database
        self._organisation_id = organisation_id
        self._installation = installation
        self._client: PlatformClient | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            await self._client.close()

    async def still_there(self, job: JobState, name: SubStepName) -> str | None:
        """Why a create effect must not be done again: what the platform shows of it, or why that is unknown; else None.

        None also for an effect that the platform can only report, never prove: the person who names it has looked.
        Raises MisconfiguredInstallation if the platform's address or key is not known.
        """
        evidence = self._evidence()
        if RECORDS[name].best(evidence.way) is not Assurance.PROVEN:
            return None  # the platform's record of a success stays even after the object was deleted
        row, expected = await self._expected(job, name)
        sent = Sendings(row.sent_at, row.previous_sent_at, ever_sent=False)
        try:
            observation = await evidence.observe(name, expected(sent))
        except _CANNOT_BE_ASKED as error:
            return f"the platform cannot be asked whether it is still there: {error.message}"
        return None if observation.verdict is Presence.ABSENT else observation.reason

    async def shown(self, job: JobState, name: SubStepName) -> Observation:
        """What the platform shows of an effect that a person says to have done: what exists counts, whoever made it.

        UNKNOWN with the reason if the platform cannot be asked.
        """
        try:
            evidence = self._evidence()
            row, expected = await self._expected(job, name)
            sent = Sendings(row.sent_at, row.previous_sent_at, row.ever_sent)
            return await evidence.read_back(name, expected(sent))
        except (*_CANNOT_BE_ASKED, MisconfiguredInstallation) as error:
            return Observation(Presence.UNKNOWN, f"the platform was not asked: {error.message}")

    def _evidence(self) -> PlatformEvidence:
        if self._client is None:
            self._client = self._new_client()
        reading = partial(self._database.transaction, self._organisation_id, read_only=True)
        way = self._installation.platform_evidence
        return PlatformEvidence(way, self._client, reading)

    def _new_client(self) -> PlatformClient:
        address, key = self._installation.platform_url, self._installation.platform_key
        try:
            return PlatformClient(address, key, self._organisation_id)
        except MisconfiguredInstallation as error:
            raise MisconfiguredInstallation(
                "before an effect is done again, the platform is asked whether its first result still exists: "
                f"set REGISTRATION_PLATFORM_URL and REGISTRATION_PLATFORM_KEY ({error.message})"
            ) from error

    async def _expected(self, job: JobState, name: SubStepName) -> tuple[EffectRow, "partial[Expected]"]:
        async with self._database.transaction(self._organisation_id, read_only=True) as transaction:
            set_up = await read_set_up(transaction, job.job_id)
            row = await read_effect(transaction, job.job_id, name)
        return row, partial(expected_of, name, set_up)
