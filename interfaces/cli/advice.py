"""The commands of the terminal that help after an error, by the error's code: errors themselves name none."""

import string

from registration.errors import RegistrationError

ADVICE: dict[str, str] = {
    "BATCH_CANCELLING": "see `registration show {batch_id}`",
    "BATCH_NOT_FOUND": "`registration batches` lists them",
    "COMPLETED_WORK": "with --redo (steps by number)",
    "DATABASE_NOT_PREPARED": "run `registration db upgrade`",
    "EFFECT_NOT_SETTLED": "with `registration resolve {job_id} {effect}`",
    "EXISTING_PLATFORM": "use --existing-platform",
    "INVALID_STATUS": "change that with `registration retry {switched_off_in} --from-step 5 --redo 5`",
    "JOB_NOT_FOUND": "`registration show BATCH` lists them",
    "LEAD_NOT_FOUND": (
        "`registration convert-leads --scrape-job ID --dry-run` lists the qualified ones of a scrape job"
    ),
    "ORGANISATION_NOT_FOUND": (
        "check --organisation and REGISTRATION_ORGANISATION, or make it with `registration db organisation NAME`"
    ),
    "OWN_PLATFORM": "leave out --existing-platform",
    "PASSWORD_NOT_STORED": "`registration credentials set {email}`",
    "RESTAURANT_NOT_FOUND": "`registration import` prints their ids",
    "RIGHTS_MISSING": "`registration db rights` prints them",
    "SCRAPE_JOB_NOT_FOUND": "the platform lists them",
}
"""Fields are details of the error; an error without them gets no advice."""


def describe_error(error: RegistrationError) -> str:
    """The message, what to do next, and the command for that."""
    return "; ".join(filter(None, (error.message, error.hint, _advice(error))))


def _advice(error: RegistrationError) -> str | None:
    text = ADVICE.get(error.code, "")
    fields = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    return text.format(**error.details) if fields <= error.details.keys() else None
