"""Every error of the project, and who must act on it.

RegistrationError
├── TransientError                 nobody: it is tried again
│   ├── PlatformUnavailable        the platform said 503 in its own words: nothing was done
│   ├── PlatformNotReached         refused, no host, no connection: nothing was sent
│   ├── PlatformBusy               429, with the time to wait
│   ├── RegisterUnavailable        the register is away or overloaded
│   │   ├── BrowserCrashed         the browser that reads its website ended; a new one is started
│   │   └── PageAborted            a page of its website was broken off
│   └── DatabaseUnavailable        the database is away
├── PersonMustAct                  a person: the message says what to do
│   ├── Refused                    what was asked breaks a rule; nothing was changed
│   │   ├── NotFound               no such thing in this organisation
│   │   └── BadFile                a file that cannot be read as it should
│   ├── PlatformRefused            the platform's clear no
│   │   ├── AlreadyThere           what was asked for is there already
│   │   ├── EndedWithWarnings      its work ended with warnings: a part may have been done
│   │   ├── FeatureOff             the organisation may not use it
│   │   └── ServiceKeyRefused      the platform does not take our key
│   ├── EffectFailed               an effect ended failed; its ledger row says why
│   ├── EffectUndecided            whether an effect happened cannot be told
│   ├── SearchFailed               every source of the register failed
│   ├── ExtractionFailed           an extraction failed or took too long
│   └── MisconfiguredInstallation  a block, a limit, a role or a setting is missing
├── PlatformUnclear                nobody knows: the effect may or may not have happened
│   └── PlatformEnded              the platform's work on it has ended without saying what was done
├── Stopped                        nobody: the work was told to stop before its next effect
│   ├── StopRequested              a person cancelled
│   ├── BatchStopped               too many restaurants failed; a person continues it
│   ├── BatchLeft                  only people are waited for; an answer starts the batch again
│   └── LeaseLost                  another process works on the batch now
└── ProgrammerError                an engineer: what must not happen happened
    └── NotUnderstood              an answer or a page that has changed; the evidence is kept
        ├── PlatformNotUnderstood
        └── RegisterPageNotUnderstood
"""

from typing import Any


class RegistrationError(Exception):
    """Root of all; `details` go to the error_details column, never secrets."""

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details: dict[str, Any] = details


class TransientError(RegistrationError):
    """It will pass: try again."""


class PlatformUnavailable(TransientError):
    """The platform answered 503 with its own JSON body: nothing was done."""


class PlatformNotReached(TransientError):
    """The request never left: connection refused, no such host, no connection in time."""


class PlatformBusy(TransientError):
    """The platform answered 429; `retry_after` is in seconds, None if it did not say."""

    def __init__(self, message: str, retry_after: float | None, **details: Any) -> None:
        super().__init__(message, retry_after=retry_after, **details)
        self.retry_after = retry_after


class RegisterUnavailable(TransientError):
    """The register cannot be reached, is overloaded or answered with a server error."""


class BrowserCrashed(RegisterUnavailable):
    """The browser that reads the register's website ended or does not start; the next search starts a new one."""


class PageAborted(RegisterUnavailable):
    """A page of the register's website was broken off before it came, while the browser went on; worth another try."""


class DatabaseUnavailable(TransientError):
    """The database cannot be reached."""


class PersonMustAct(RegistrationError):
    """Only a person can put it right; the message says how."""


class Refused(PersonMustAct):
    """What was asked breaks a rule; nothing was changed."""


class NotFound(Refused):
    """There is no such thing in this organisation."""


class BadFile(Refused):
    """A file that cannot be read as it should be."""


class PlatformRefused(PersonMustAct):
    """The platform's clear no: a 4xx, or `success: false`."""


class AlreadyThere(PlatformRefused):
    """What was asked for is there already; `details["account_email"]` is that of an account that the platform names."""


class EndedWithWarnings(PlatformRefused):
    """The platform's work ended, and it does not call that a success: a part of it may have been done."""


class FeatureOff(PlatformRefused):
    """The organisation may not use `details["feature"]`; the platform's administrator can switch it on."""


class ServiceKeyRefused(PlatformRefused):
    """The platform does not take the service key with this organisation."""


class EffectFailed(PersonMustAct):
    """An effect ended failed; its ledger row says why."""


class EffectUndecided(PersonMustAct):
    """Whether an effect happened cannot be told by looking; a person settles it with `registration resolve`."""


class SearchFailed(PersonMustAct):
    """Every source of the register failed; nothing is known about the company."""


class ExtractionFailed(PersonMustAct):
    """An extraction of menu or branding failed or took too long."""


class MisconfiguredInstallation(PersonMustAct):
    """A block, a limit, a role or a setting is missing."""


class PlatformUnclear(RegistrationError):
    """The request left and no clear answer came: the effect may or may not have happened."""


class PlatformEnded(PlatformUnclear):
    """The platform answered that its work ended badly: what was done is not known, but nothing is under way."""


class Stopped(RegistrationError):
    """The work stops before its next effect; its state is kept."""


class StopRequested(Stopped):
    """A person cancelled the job or its batch."""


class BatchStopped(Stopped):
    """Too many restaurants of the batch failed; `registration continue` goes on after the cause is mended."""


class BatchLeft(Stopped):
    """Only people are waited for: this process leaves the batch, and an answer starts it again."""


class LeaseLost(Stopped):
    """This process no longer holds the batch: another one works on it."""


class ProgrammerError(RegistrationError):
    """What must not happen happened."""


class NotUnderstood(ProgrammerError):
    """An answer or page that is not as agreed; the evidence is in the details."""


class PlatformNotUnderstood(NotUnderstood):
    """An answer of the platform to a question that cannot be read."""


class RegisterPageNotUnderstood(NotUnderstood):
    """A register page without the parts that it must have."""
