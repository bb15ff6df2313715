"""The tables of the registration: batches, jobs, steps, sub-steps and everything people and companies add to them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registration.states import JOB_ACTIVE, JobStatus, StepStatus, SubStepStatus
from registration.store.base import Base, Id, Json, Now, Row


def _one_of(column: str, values: list[str]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} in ({listed})", name=column)


ACTIVE_JOB = "status in ({})".format(", ".join(f"'{status}'" for status in sorted(JOB_ACTIVE)))


class Batch(Row):
    """1 to 50 restaurants that are registered together. Its status is derived (registration_batch_overview)."""

    __tablename__ = "registration_batch_jobs"
    __table_args__ = (Index("ix_registration_batch_jobs_by_date", "organisation_id", text("created_at desc")),)

    name: Mapped[str]
    source_lead_scrape_job_id: Mapped[UUID | None]
    created_by: Mapped[str]
    created_by_run: Mapped[UUID | None] = mapped_column(unique=True)
    max_parallel: Mapped[int | None]
    failure_threshold: Mapped[float] = mapped_column(server_default=text("0.5"))
    confirm_queries: Mapped[bool] = mapped_column(server_default=text("false"))
    default_config: Mapped[Json] = mapped_column(server_default=text("'{}'::jsonb"))
    started_at: Mapped[datetime | None]
    continued_at: Mapped[datetime | None]
    stop_requested_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    stopped_reason: Mapped[str | None]


class Job(Row):
    """One restaurant in one batch; `position` is its place in the batch, from 1."""

    __tablename__ = "registration_jobs"
    __table_args__ = (
        UniqueConstraint("batch_job_id", "restaurant_id"),
        UniqueConstraint("batch_job_id", "position"),
        Index(
            "uq_registration_jobs_active_restaurant", "restaurant_id", unique=True, postgresql_where=text(ACTIVE_JOB)
        ),
        Index("ix_registration_jobs_by_status", "organisation_id", "status"),
        _one_of("status", list(JobStatus)),
    )

    batch_job_id: Mapped[UUID] = mapped_column(ForeignKey("registration_batch_jobs.id", ondelete="CASCADE"))
    restaurant_id: Mapped[UUID] = mapped_column(ForeignKey("restaurants.id", ondelete="CASCADE"))
    position: Mapped[int]
    status: Mapped[str] = mapped_column(server_default=JobStatus.PENDING)
    execution_config: Mapped[Json | None]
    stop_requested_at: Mapped[datetime | None]
    error_message: Mapped[str | None]
    error_details: Mapped[Json | None]
    extractions_executed_on_creation: Mapped[bool] = mapped_column(server_default=text("false"))
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]


class JobStep(Row):
    """One of the six steps of a job. `arrived_at` is when it last began to wait for a person."""

    __tablename__ = "registration_job_steps"
    __table_args__ = (
        UniqueConstraint("job_id", "step_number"),
        Index("ix_registration_job_steps_waiting", "arrived_at", postgresql_where=text("status = 'action_required'")),
        CheckConstraint("step_number between 1 and 6", name="step_number"),
        _one_of("step_type", ["automatic", "action_required"]),
        _one_of("status", list(StepStatus)),
    )

    job_id: Mapped[UUID] = mapped_column(ForeignKey("registration_jobs.id", ondelete="CASCADE"))
    step_number: Mapped[int]
    step_name: Mapped[str]
    step_type: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=StepStatus.PENDING)
    visit: Mapped[int] = mapped_column(server_default=text("1"))
    arrived_at: Mapped[datetime | None]
    last_reminded_at: Mapped[datetime | None]
    retry_count: Mapped[int] = mapped_column(server_default=text("0"))
    max_retries: Mapped[int] = mapped_column(server_default=text("3"))
    result_data: Mapped[Json] = mapped_column(server_default=text("'{}'::jsonb"))
    error_message: Mapped[str | None]
    error_details: Mapped[Json | None]
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]


class SubStepRow(Row):
    """One effect of a job in the ledger: the twelve sub-steps and the two extraction starts."""

    __tablename__ = "registration_sub_steps"
    __table_args__ = (
        UniqueConstraint("job_id", "name"),
        Index("ix_registration_sub_steps_unsettled", "job_id", postgresql_where=text("status = 'unknown'")),
        _one_of("status", list(SubStepStatus)),
    )

    job_id: Mapped[UUID] = mapped_column(ForeignKey("registration_jobs.id", ondelete="CASCADE"))
    name: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=SubStepStatus.PENDING)
    generation: Mapped[int] = mapped_column(server_default=text("1"))
    attempt: Mapped[int] = mapped_column(server_default=text("0"))
    needs_person: Mapped[bool] = mapped_column(server_default=text("false"))
    fingerprint: Mapped[str | None]
    idempotency_key: Mapped[str | None]
    intent_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    outputs: Mapped[Json | None]
    evidence: Mapped[Json | None]
    skip_reason: Mapped[str | None]
    error_message: Mapped[str | None]
    error_details: Mapped[Json | None]
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]


class CompanySearch(Row):
    """One search of the register for one job: what was asked, what was found, what was chosen."""

    __tablename__ = "companies_office_search_candidates"
    __table_args__ = (
        UniqueConstraint("registration_job_id", "visit"),
        _one_of("status", ["pending", "searching", "awaiting_selection", "selected", "no_match", "failed"]),
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
    """One opening of a gate: the form that was shown, and to which jobs."""

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
        _one_of("source", ["prefect", "cli", "policy"]),
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
        _one_of("account_state", ["creating", "completed", "foreign"]),
    )

    email: Mapped[str]
    claimed_by_job_id: Mapped[UUID | None] = mapped_column(ForeignKey("registration_jobs.id", ondelete="SET NULL"))
    password_encrypted: Mapped[str]
    account_state: Mapped[str] = mapped_column(server_default="creating")
    platform_account_id: Mapped[str | None]


class Event(Row):
    """What happened: every move and every deed of a person, in the order of `created_at`."""

    __tablename__ = "registration_events"
    __table_args__ = (
        Index("ix_registration_events_batch", "batch_job_id", "created_at"),
        Index("ix_registration_events_job", "job_id", "created_at"),
    )

    batch_job_id: Mapped[UUID | None] = mapped_column(ForeignKey("registration_batch_jobs.id", ondelete="CASCADE"))
    job_id: Mapped[UUID | None] = mapped_column(ForeignKey("registration_jobs.id", ondelete="CASCADE"))
    what: Mapped[str]
    from_status: Mapped[str | None]
    to_status: Mapped[str | None]
    actor: Mapped[str]
    reason: Mapped[str | None]
    data: Mapped[Json] = mapped_column(server_default=text("'{}'::jsonb"))


class Lease(Row):
    """Which process works on a batch, until when; `flow_run_id` stays after the release."""

    __tablename__ = "registration_leases"
    __table_args__ = (Index("ix_registration_leases_expires_at", "expires_at"),)

    batch_job_id: Mapped[UUID] = mapped_column(
        ForeignKey("registration_batch_jobs.id", ondelete="CASCADE"), unique=True
    )
    holder: Mapped[UUID | None]
    flow_run_id: Mapped[UUID | None]
    runs: Mapped[int] = mapped_column(server_default=text("0"))
    waiting_since: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]


class RateSlot(Base):
    """The next free moment of what may happen only so often, over all processes; account keys name the organisation."""

    __tablename__ = "rate_slots"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    next_at: Mapped[Now]
    created_at: Mapped[Now]
    updated_at: Mapped[Now]
