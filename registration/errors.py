"""Every error of the project, and who must act on it.

RegistrationError
├── TransientError                 nobody: the operation is retried
│   ├── PlatformUnavailable        the platform answered 503 with its own JSON body: nothing was done
│   │   └── PlatformNotReady       its checks before every route cannot be made for now: it is waited for
│   ├── PlatformNotReached         connection refused, unknown host, connect timeout: nothing was sent
│   ├── PlatformBusy               429, with the time to wait
│   ├── RegisterUnavailable        the register is unreachable or overloaded
│   │   ├── BrowserCrashed         the browser ended; the next search starts another one
│   │   └── PageAborted            the load of a page of the register's website was aborted
│   └── DatabaseUnavailable        the database is unreachable
│       └── DatabaseFull           its server has no connection left
├── PersonMustAct                  a person: the message says what to do
│   ├── Refused                    the request breaks a rule; nothing was changed
│   │   ├── NotFound               the object does not exist in this organisation
│   │   └── BadFile                the file cannot be read
│   ├── PlatformRefused            the platform refused the request
│   │   ├── AlreadyThere           the account or restaurant exists already
│   │   ├── EndedWithWarnings      the platform's work ended with warnings: a part may have been done
│   │   ├── FeatureOff             the organisation may not use the feature
│   │   └── ServiceKeyRefused      the platform refused our service key
│   ├── EffectFailed               an effect failed; its ledger row has the reason
│   ├── EffectUndecided            a probe cannot tell whether an effect happened
│   ├── SearchFailed               every source of the register failed
│   ├── RegisterStayedAway         the register was away for longer than it is waited for
│   ├── ExtractionFailed           an extraction failed or took too long
│   └── MisconfiguredInstallation  a block, a limit, a role or a setting is missing
├── PlatformUnclear                a probe, then a person: the effect may or may not have happened
│   └── PlatformEnded              the platform's work ended with an error: its effect is not known
├── Stopped                        nobody: the work stops before its next effect
│   ├── CancelRequested            a person cancelled
│   ├── BatchHalted                too many restaurants failed; a person continues the batch
│   ├── BatchReleased              the batch waits only for people; an answer starts it again
│   └── LeaseLost                  another process works on the batch now
└── ProgrammerError                an engineer: the code broke an invariant
    └── NotUnderstood              the format of an answer or a page has changed; the evidence is kept
        ├── PlatformNotUnderstood
        └── RegisterPageNotUnderstood
"""

from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID, uuid4


@dataclass(frozen=True)
class PageCopy:
    """A copy of a page that was not understood, bounded and without secrets; `is_cut`: the HTML was longer.

    `screenshot` is a PNG; None if nothing was rendered.
    """

    url: str
    html: str
    screenshot: bytes | None = None
    is_cut: bool = False
    id: UUID = field(default_factory=uuid4)


class RegistrationError(Exception):
    """Root of the tree. `details` go to the error_details column and never contain secrets; `pages` are stored apart.

    `code` names the reason for programs: one of the class, or a more specific one of the raise. `hint` says what to do
    next in words that hold for every interface.
    """

    default_code: ClassVar[str] = "INTERNAL"

    def __init__(self, message: str, *, code: str | None = None, hint: str | None = None, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.hint = hint
        self.details: dict[str, Any] = details
        self.pages: tuple[PageCopy, ...] = ()


class TransientError(RegistrationError):
    """A temporary failure: the operation is retried."""

    default_code = "UNAVAILABLE"


class PlatformUnavailable(TransientError):
    """The platform answered 503 with its own JSON body: nothing was done."""

    default_code = "PLATFORM_UNAVAILABLE"


class PlatformNotReady(PlatformUnavailable):
    """The platform's checks of key and features, before every route, cannot be made for now: nothing was done."""


class PlatformNotReached(TransientError):
    """The request was never sent: connection refused, unknown host, or connect timeout."""

    default_code = "PLATFORM_NOT_REACHED"


class PlatformBusy(TransientError):
    """The platform answered 429; `retry_after` is in seconds, None if the answer has no such header."""

    default_code = "PLATFORM_BUSY"

    def __init__(self, message: str, retry_after: float | None, **details: Any) -> None:
        super().__init__(message, retry_after=retry_after, **details)
        self.retry_after = retry_after


class RegisterUnavailable(TransientError):
    """The register cannot be reached, is overloaded or answered with a server error."""

    default_code = "REGISTER_UNAVAILABLE"


class BrowserCrashed(RegisterUnavailable):
    """The browser that reads the register's website ended or does not start; the next search starts another one."""


class PageAborted(RegisterUnavailable):
    """The load of a page of the register's website was aborted while the browser kept running; a retry may succeed."""


class DatabaseUnavailable(TransientError):
    """The database cannot be reached."""


class DatabaseFull(DatabaseUnavailable):
    """The database's server, or a pooler in front of it, has no connection left for this process.

    The operation is retried; an administrator decides about fewer processes or more connections.
    """

    default_code = "DATABASE_FULL"


class PersonMustAct(RegistrationError):
    """Only a person can solve the problem; the message says how."""

    default_code = "PERSON_MUST_ACT"


class Refused(PersonMustAct):
    """The request breaks a rule; nothing was changed."""

    default_code = "REFUSED"


class NotFound(Refused):
    """The object does not exist in this organisation."""

    default_code = "NOT_FOUND"


class BadFile(Refused):
    """The file cannot be read."""

    default_code = "BAD_FILE"


class PlatformRefused(PersonMustAct):
    """The platform refused the request: a 4xx, or `success: false`."""

    default_code = "PLATFORM_REFUSED"


class AlreadyThere(PlatformRefused):
    """The account or restaurant exists already; `details["account_email"]` is the e-mail of the account that the
    platform names.
    """

    default_code = "ALREADY_THERE"


class EndedWithWarnings(PlatformRefused):
    """The platform's work ended without success: a part of it may have been done."""

    default_code = "ENDED_WITH_WARNINGS"


class FeatureOff(PlatformRefused):
    """The organisation may not use `details["feature"]`; the platform's administrator can switch it on."""

    default_code = "FEATURE_OFF"


class ServiceKeyRefused(PlatformRefused):
    """The platform refuses the service key for this organisation."""

    default_code = "SERVICE_KEY_REFUSED"


class EffectFailed(PersonMustAct):
    """An effect failed; its ledger row has the reason."""

    default_code = "EFFECT_FAILED"


class EffectUndecided(PersonMustAct):
    """A probe cannot tell whether an effect happened; a person resolves the effect with `registration resolve`."""

    default_code = "EFFECT_NOT_SETTLED"


class SearchFailed(PersonMustAct):
    """Every source of the register failed; nothing is known about the company."""

    default_code = "SEARCH_FAILED"


class RegisterStayedAway(PersonMustAct):
    """The register did not answer for as long as it is waited for; nothing is known about the company."""

    default_code = "REGISTER_UNAVAILABLE"


class ExtractionFailed(PersonMustAct):
    """An extraction of menu or branding failed or took too long."""

    default_code = "EXTRACTION_FAILED"


class MisconfiguredInstallation(PersonMustAct):
    """A block, a limit, a role or a setting is missing."""

    default_code = "MISCONFIGURED"


class PlatformUnclear(RegistrationError):
    """The request was sent and no clear answer came: the effect may or may not have happened."""

    default_code = "PLATFORM_UNCLEAR"


class PlatformEnded(PlatformUnclear):
    """The platform answered that its work ended with an error: the effect is not known, but no work is in flight."""


class Stopped(RegistrationError):
    """The work stops before its next effect; its state is kept."""

    default_code = "STOPPED"


class CancelRequested(Stopped):
    """A person cancelled the job or its batch."""

    default_code = "BATCH_CANCELLING"


class BatchHalted(Stopped):
    """Too many restaurants of the batch failed; `registration continue` resumes the batch once the cause is fixed."""

    default_code = "BATCH_HALTED"


class BatchReleased(Stopped):
    """The batch waits only for people: this process gives the batch up, and an answer starts it again."""

    default_code = "BATCH_RELEASED"


class LeaseLost(Stopped):
    """This process no longer holds the batch's lease: another process works on the batch."""

    default_code = "LEASE_LOST"


class ProgrammerError(RegistrationError):
    """The code broke an invariant."""


class NotUnderstood(ProgrammerError):
    """The format of an answer or a page is not the documented one; the evidence is in the details."""

    default_code = "NOT_UNDERSTOOD"


class PlatformNotUnderstood(NotUnderstood):
    """The platform's answer to a query cannot be read."""


class RegisterPageNotUnderstood(NotUnderstood):
    """A page of the register lacks a required part."""
