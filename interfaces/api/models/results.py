"""What became of each restaurant of a batch."""

from uuid import UUID

from interfaces.api.models.base import Answer, Body, Timestamp
from registration.reporting.results import Result


class SubStepResultRow(Body):
    """How one of the twelve ended or stands, how that is known, and who said so if a person did."""

    status: str
    why: str | None
    known: str | None
    said_by: str | None


class ResultRow(Body):
    """One restaurant; there is no password in it."""

    job_id: UUID
    restaurant_id: UUID
    external_id: str | None
    restaurant: str
    city: str | None
    outcome: str
    error: str | None
    company_name: str | None
    company_number: str | None
    nzbn: str | None
    account_email: str | None
    platform_restaurant_id: str | None
    platform_subdomain: str | None
    dashboard_url: str | None
    started_at: Timestamp | None
    completed_at: Timestamp | None
    address: str | None
    phone: str | None
    contact_name: str | None
    contact_email: str | None
    contact_phone: str | None
    opening_hours: str | None
    demo_store_url: str | None
    stripe_connect_url: str | None
    configuration: dict[str, str]
    sub_steps: dict[str, SubStepResultRow]

    @classmethod
    def of(cls, result: Result) -> "ResultRow":
        """One row of the results."""
        return cls.model_validate(result)


class Results(Answer):
    """The restaurants of a batch in its order."""

    batch_id: UUID
    batch_name: str
    results: list[ResultRow]
