"""The tables of decisions, of the evidence for them, and of what organisations have switched on."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registration.database.base import Json, Now, Row, one_of
from registration.states import AccountState


class CompanySearch(Row):
    """One search of the register for one job: the query, the candidates, and the selected company."""

    __tablename__ = "companies_office_search_candidates"
    __table_args__ = (
        UniqueConstraint("registration_job_id", "visit"),
        one_of("status", ["pending", "searching", "awaiting_selection", "selected", "no_match", "failed"]),
    )

    restaurant_id: Mapped[UUID] = mapped_column(ForeignKey("restaurants.id", ondelete="CASCADE"))
    registration_job_id: Mapped[UUID] = mapped_column(ForeignKey("registration_jobs.id", ondelete="CASCADE"))
    visit: Mapped[int]
    search_queries: Mapped[Json]
    combined_results: Mapped[list[Json]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    source_errors: Mapped[Json] = mapped_column(server_default=text("'{}'::jsonb"))
    candidate_count: Mapped[int] = mapped_column(server_default=text("0"))
    preselected_company_number: Mapped[str | None]
    selected_company_number: Mapped[str | None]
    selected_company_data: Mapped[Json | None]
    status: Mapped[str] = mapped_column(server_default="pending")
    error_message: Mapped[str | None]
    searched_at: Mapped[datetime | None]
    selected_at: Mapped[datetime | None]


class GateRound(Row):
    """One opening of a gate: the form that was shown, and its jobs."""

    __tablename__ = "registration_gate_rounds"
    __table_args__ = (
        UniqueConstraint("batch_job_id", "gate", "round_number"),
        Index("ix_registration_gate_rounds_open", "batch_job_id", postgresql_where=text("closed_at is null")),
    )

    batch_job_id: Mapped[UUID] = mapped_column(ForeignKey("registration_batch_jobs.id", ondelete="CASCADE"))
    gate: Mapped[str]
    round_number: Mapped[int]
    flow_run_id: Mapped[UUID]
    shown: Mapped[Json]
    opened_at: Mapped[Now]
    closed_at: Mapped[datetime | None]
    closed_because: Mapped[str | None]


class Decision(Row):
    """What a person or a policy answered for one job at a gate; accepted at most once per visit."""

    __tablename__ = "registration_decisions"
    __table_args__ = (
        Index(
            "uq_registration_decisions_accepted",
            "job_id",
            "gate",
            "visit",
            unique=True,
            postgresql_where=text("accepted"),
        ),
        one_of("source", ["prefect", "cli", "policy", "api", "console"]),
    )

    job_id: Mapped[UUID] = mapped_column(ForeignKey("registration_jobs.id", ondelete="CASCADE"))
    gate: Mapped[str]
    visit: Mapped[int]
    round_id: Mapped[UUID | None] = mapped_column(ForeignKey("registration_gate_rounds.id", ondelete="SET NULL"))
    answer: Mapped[Json]
    shown: Mapped[Json]
    decided_by: Mapped[str]
    source: Mapped[str]
    decided_at: Mapped[Now]
    accepted: Mapped[bool]
    refused_reason: Mapped[str | None]


class Credential(Row):
    """An account's e-mail (lower case) and its encrypted password, claimed by the job that creates the account."""

    __tablename__ = "registration_credentials"
    __table_args__ = (
        UniqueConstraint("organisation_id", "email"),
        CheckConstraint("email = lower(email)", name="lower_case"),
        one_of("account_state", AccountState),
    )

    email: Mapped[str]
    claimed_by_job_id: Mapped[UUID | None] = mapped_column(ForeignKey("registration_jobs.id", ondelete="SET NULL"))
    password_encrypted: Mapped[str]
    account_state: Mapped[str] = mapped_column(server_default=AccountState.CREATING)
    platform_account_id: Mapped[str | None]


class OrganisationSettings(Row):
    """What an organisation has set for all of its batches."""

    __tablename__ = "registration_organisation_settings"
    __table_args__ = (UniqueConstraint("organisation_id"),)

    auto_select_clear_matches: Mapped[bool] = mapped_column(server_default=text("false"))
    default_config: Mapped[Json] = mapped_column(server_default=text("'{}'::jsonb"))


class LeadConversion(Row):
    """The restaurant that a lead was converted to, and the name of the person who asked for it, which `leads` cannot
    hold.
    """

    __tablename__ = "registration_lead_conversions"
    __table_args__ = (UniqueConstraint("organisation_id", "lead_id"),)

    lead_id: Mapped[UUID]
    restaurant_id: Mapped[UUID]
    converted_by: Mapped[str]


class IdempotencyKey(Row):
    """A request that its sender named by a key, and the answer to it; without a status it is being done."""

    __tablename__ = "registration_idempotency"
    __table_args__ = (UniqueConstraint("organisation_id", "key"),)

    key: Mapped[str]
    method: Mapped[str]
    path: Mapped[str]
    body_sha256: Mapped[str]
    status: Mapped[int | None]
    response: Mapped[Json | None]


class SignIn(Row):
    """A sign-in at the web console: a link that can be used once, or a session; the hash of a random text names it."""

    __tablename__ = "registration_sign_ins"
    __table_args__ = (UniqueConstraint("organisation_id", "token_sha256"), one_of("kind", ["link", "session"]))

    kind: Mapped[str]
    token_sha256: Mapped[str]
    subject: Mapped[str]
    name: Mapped[str]
    role: Mapped[str]
    expires_at: Mapped[datetime]


class Event(Row):
    """What happened: every move and every action of a person, in the order of `created_at`."""

    __tablename__ = "registration_events"
    __table_args__ = (
        Index("ix_registration_events_batch", "batch_job_id", "created_at"),
        Index("ix_registration_events_job", "job_id", "created_at"),
        Index("ix_registration_events_kind", "organisation_id", "what"),
    )

    batch_job_id: Mapped[UUID | None] = mapped_column(ForeignKey("registration_batch_jobs.id", ondelete="CASCADE"))
    job_id: Mapped[UUID | None] = mapped_column(ForeignKey("registration_jobs.id", ondelete="CASCADE"))
    what: Mapped[str]
    from_status: Mapped[str | None]
    to_status: Mapped[str | None]
    actor: Mapped[str]
    reason: Mapped[str | None]
    data: Mapped[Json] = mapped_column(server_default=text("'{}'::jsonb"))
