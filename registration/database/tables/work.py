"""The tables of the work: batches, jobs, steps, effects, leases, browser slots, rate slots, and evidence of
pages that were not understood.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registration.database.base import Base, Id, Json, Now, Row, one_of
from registration.states import JOB_ACTIVE, Assurance, JobStatus, StepStatus, SubStepStatus

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
        one_of("status", list(JobStatus)),
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
    """One of the six steps of a job. `arrived_at` is when the step last began to wait for a person, `unanswered_since`
    when the register first did not answer it, while it waits for the register.
    """

    __tablename__ = "registration_job_steps"
    __table_args__ = (
        UniqueConstraint("job_id", "step_number"),
        Index("ix_registration_job_steps_waiting", "arrived_at", postgresql_where=text("status = 'action_required'")),
        CheckConstraint("step_number between 1 and 6", name="step_number"),
        one_of("step_type", ["automatic", "action_required"]),
        one_of("status", list(StepStatus)),
    )

    job_id: Mapped[UUID] = mapped_column(ForeignKey("registration_jobs.id", ondelete="CASCADE"))
    step_number: Mapped[int]
    step_name: Mapped[str]
    step_type: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=StepStatus.PENDING)
    visit: Mapped[int] = mapped_column(server_default=text("1"))
    arrived_at: Mapped[datetime | None]
    last_reminded_at: Mapped[datetime | None]
    unanswered_since: Mapped[datetime | None]
    retry_count: Mapped[int] = mapped_column(server_default=text("0"))
    max_retries: Mapped[int] = mapped_column(server_default=text("3"))
    result_data: Mapped[Json] = mapped_column(server_default=text("'{}'::jsonb"))
    error_message: Mapped[str | None]
    error_details: Mapped[Json | None]
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]


class SubStepRow(Row):
    """One effect of a job in the ledger: the twelve sub-steps and the two extraction starts.

    `known` is the assurance that the effect happened; it is null for effects completed before the column existed. Until
    the effect is completed, the row remembers its requests: `previous_sent_at` is when an earlier one without a clear
    answer was sent, `unclear_sendings` how many there were before the last one. `window_closed`: nothing of what was
    sent can still take effect. `resend_approved`: a person wants the effect done once more. `restored`: the database
    was taken back to an older state, after which the effect may have happened. `asked` are the objections that stopped
    a pending effect for a person, and `approved` says that the person wants it in spite of them.
    was taken back to an older state, after which the effect may have happened. `unanswered_since` is when the platform
    could first not be reached, while the effect waits for the platform.
    """

    __tablename__ = "registration_sub_steps"
    __table_args__ = (
        UniqueConstraint("job_id", "name"),
        Index("ix_registration_sub_steps_needs_person", "organisation_id", postgresql_where=text("needs_person")),
        Index("ix_registration_sub_steps_unsettled", "job_id", postgresql_where=text("status = 'unknown'")),
        one_of("status", list(SubStepStatus)),
        one_of("known", list(Assurance)),
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
    previous_sent_at: Mapped[datetime | None]
    window_closed: Mapped[bool] = mapped_column(server_default=text("false"))
    resend_approved: Mapped[bool] = mapped_column(server_default=text("false"))
    unclear_sendings: Mapped[int] = mapped_column(server_default=text("0"))
    restored: Mapped[bool] = mapped_column(server_default=text("false"))
    asked: Mapped[list[Json] | None] = mapped_column(JSONB)
    approved: Mapped[bool] = mapped_column(server_default=text("false"))
    unanswered_since: Mapped[datetime | None]
    outputs: Mapped[Json | None]
    evidence: Mapped[Json | None]
    known: Mapped[str | None]
    skip_reason: Mapped[str | None]
    error_message: Mapped[str | None]
    error_details: Mapped[Json | None]
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]


class PageEvidence(Row):
    """The HTML or the screenshot (`kind`) of a page of the register that was not understood, for one visit of a step.

    Both of one page have its `page_id`. `content` is compressed by zlib; `sha256` and `size` (bytes) are of the
    uncompressed content. `is_cut`: the page's HTML was longer.
    """

    __tablename__ = "registration_evidence"
    __table_args__ = (
        UniqueConstraint("organisation_id", "page_id", "kind"),
        Index("ix_registration_evidence_job", "job_id", "created_at"),
        Index("ix_registration_evidence_age", "created_at"),
        CheckConstraint("step_number between 1 and 6", name="step_number"),
        CheckConstraint("size <= 2000000 and octet_length(content) <= 2001000", name="size"),
        one_of("kind", ["html", "screenshot"]),
    )

    job_id: Mapped[UUID] = mapped_column(ForeignKey("registration_jobs.id", ondelete="CASCADE"))
    step_number: Mapped[int]
    visit: Mapped[int]
    page_id: Mapped[UUID]
    kind: Mapped[str]
    url: Mapped[str]
    content: Mapped[bytes]
    sha256: Mapped[str]
    size: Mapped[int]
    is_cut: Mapped[bool] = mapped_column(server_default=text("false"))


class Lease(Row):
    """The process that works on a batch, and until when; `flow_run_id` stays after the release."""

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


class BrowserSlot(Row):
    """A browser-heavy request that waits for a slot, or holds one since `taken_at`; the row ends with the lease of its
    holder.
    """

    __tablename__ = "registration_browser_slots"

    batch_job_id: Mapped[UUID]
    job_id: Mapped[UUID]
    sub_step: Mapped[str]
    holder: Mapped[UUID]
    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    taken_at: Mapped[datetime | None]


class RateSlot(Base):
    """The next free moment for a kind of request with a minimum spacing, over all processes; account keys include the
    organisation.
    """

    __tablename__ = "rate_slots"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    next_at: Mapped[Now]
    created_at: Mapped[Now]
    updated_at: Mapped[Now]
