"""How certain a completed sub-step is: the table of the evidence that each sub-step can have, by tables and
over HTTP.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from registration.settings import EvidenceSource
from registration.states import Assurance
from registration.workflow.sub_steps import SubStepName


@dataclass(frozen=True)
class Record:
    """Where the evidence of a sub-step is stored, and the best assurance that it gives; `http` is None where no route
    shows it.
    """

    table: str
    tables: Assurance
    route: str
    http: Assurance | None

    def best(self, source: EvidenceSource) -> Assurance | None:
        """The best assurance from this source of evidence."""
        return self.tables if source is EvidenceSource.TABLES else self.http


_N, _PROVEN, _REPORTED = SubStepName, Assurance.PROVEN, Assurance.REPORTED
_EVENTS, _LOGS, _NOTHING = "usage_events", "registration_logs", "no route"

RECORDS: dict[SubStepName, Record] = {
    _N.CLOUDWAITRESS_ACCOUNT: Record("pumpd_accounts, registration_logs", _PROVEN, "status, logs", _PROVEN),
    _N.CODE_GENERATION: Record("pumpd_restaurants", _PROVEN, "code-injection", _PROVEN),
    _N.CREATE_ONBOARDING_USER: Record(_LOGS, _REPORTED, "logs", _REPORTED),
    _N.UPLOAD_IMAGES: Record("item_images, upload_batches", _PROVEN, "cdn-stats, upload-batches", _PROVEN),
    _N.RESTAURANT_REGISTRATION: Record("pumpd_restaurants, registration_logs", _PROVEN, "status, logs", _PROVEN),
    _N.WEBSITE_CONFIG: Record(_EVENTS, _REPORTED, _NOTHING, None),
    _N.SERVICES_CONFIG: Record(_EVENTS, _REPORTED, _NOTHING, None),
    _N.PAYMENT_CONFIG: Record(_EVENTS, _REPORTED, _NOTHING, None),
    _N.MENU_IMPORT: Record(_EVENTS, _REPORTED, _NOTHING, None),
    _N.SYNC_ONBOARDING_USER: Record(_LOGS, _REPORTED, "logs", _REPORTED),
    _N.OPTION_SETS: Record(_EVENTS, _REPORTED, _NOTHING, None),
    _N.ITEM_TAGS: Record(_EVENTS, _REPORTED, _NOTHING, None),
}
"""Which evidence each sub-step can have. Objects in the ordering system or the onboarding system appear in no table of
the platform, so for those sub-steps the only evidence is the platform's own record of a success.
"""


def count_by_assurance(known: Iterable[Assurance | None]) -> str:
    """`12 proven, 3 reported`; the empty string if there are none."""
    values = list(known)
    return ", ".join(f"{count} {kind}" for kind in Assurance if (count := values.count(kind)))
