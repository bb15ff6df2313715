"""The outcome of each restaurant of a batch, also as CSV for a spreadsheet (pure)."""

import csv
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from uuid import UUID

from registration.kit.csv import to_cell


@dataclass(frozen=True)
class SubStepResult:
    """The status of one sub-step; `why` it failed or was skipped, and the assurance if it is completed.

    `said_by` is the person who says that it was done by hand, or is not needed; `why` is then the person's reason.
    """

    status: str
    why: str | None
    known: str | None = None
    said_by: str | None = None


@dataclass(frozen=True)
class Result:
    """The result of one restaurant, and what operators pass on to its owner; without any password.

    `account_email` is from the created account, else from the configuration. Contact and opening hours are those of the
    configuration, else of the restaurant. `configuration` has the executed settings in words, by label; empty before
    they are confirmed.
    """

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
    started_at: datetime | None
    completed_at: datetime | None
    address: str | None
    phone: str | None
    contact_name: str | None
    contact_email: str | None
    contact_phone: str | None
    opening_hours: str | None
    demo_store_url: str | None
    stripe_connect_url: str | None
    configuration: dict[str, str]
    sub_steps: dict[str, SubStepResult]


def csv_of(results: tuple[Result, ...]) -> str:
    """CSV with a row per restaurant and a column per sub-step; a cell that starts like a formula is escaped."""
    if not results:
        return ""
    rows = [_row(result) for result in results]
    text = StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows({name: to_cell(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def _row(result: Result) -> dict[str, object]:
    values: dict[str, object] = {name: value for name, value in vars(result).items() if name != "sub_steps"}
    values["configuration"] = "\n".join(f"{label}: {value}" for label, value in result.configuration.items())
    return values | {name: _sub_step_text(sub_step) for name, sub_step in result.sub_steps.items()}


def _sub_step_text(sub_step: SubStepResult) -> str:
    """`completed (by a person: Mere): made it in the dashboard`."""
    assurance = ": ".join(filter(None, (sub_step.known, sub_step.said_by if sub_step.known else None)))
    status = f"{sub_step.status} ({assurance})" if assurance else sub_step.status
    return f"{status}: {sub_step.why}" if sub_step.why else status
