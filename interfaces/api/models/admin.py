"""Administration: passwords, the record of what persons did, settings, and the checks of the installation."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, SecretStr, StrictBool

from interfaces.api.models.base import Answer, Asked, Body, Page, Timestamp
from registration.health.finding import Finding
from registration.kit.values import Line
from registration.reporting.audit_queries import AuditKind
from registration.states import AccountState


class RevealAsked(Asked):
    """Why a person wants to see a password; it is recorded."""

    why: Line


class RevealedPassword(Answer):
    """The account of an owner at the platform, with its password."""

    email: str
    password: str
    account_state: AccountState
    platform_account_id: str | None


class PasswordAsked(Asked):
    """The password of an account that exists, and why it is stored here."""

    password: Annotated[SecretStr, Field(min_length=1, max_length=300)]
    why: Line


class PasswordStored(Answer):
    """The password is stored, encrypted."""

    email: str


class AuditRow(Body):
    """What a person did: when, to what, and why."""

    at: Timestamp
    kind: AuditKind
    what: str
    actor: str
    reason: str | None
    data: dict[str, Any]
    batch_id: UUID | None
    job_id: UUID | None


class AuditList(Page):
    """One page of what persons did, newest first."""

    entries: list[AuditRow]


class SettingsAnswer(Answer):
    """The policies of the organisation."""

    auto_select_clear_matches: bool = Field(description="A company that is clearly best is chosen without a person.")


class SettingsAsked(Asked):
    """The policies to change, for every job that comes to a gate from now on."""

    auto_select_clear_matches: StrictBool | None = None


class CheckedPart(Body):
    """The result of one check, and what to do next."""

    about: str
    level: str
    says: str
    next_step: str | None

    @classmethod
    def of(cls, finding: Finding) -> "CheckedPart":
        """One finding."""
        return cls(about=finding.about, level=finding.level, says=finding.says, next_step=finding.next_step)


class Checked(Answer):
    """The checks of the installation, and the highest level among them."""

    worst: str
    findings: list[CheckedPart]
