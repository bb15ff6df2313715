"""The codes of problems: what each means, and which object or state it speaks of.

A code is the name of the error in the domain (`registration.errors`) or one of this package.
"""

TITLES = {
    "ACCOUNT_NOT_FOUND": "There is no such account",
    "ADDRESS_NOT_PUBLIC": "The address leads into a private network",
    "ALREADY_DECIDED": "The question was answered before",
    "BAD_FILE": "The file cannot be read",
    "BATCH_CANCELLING": "The batch is being cancelled",
    "BATCH_HAS_ENDED": "The batch has ended",
    "BATCH_NOT_FOUND": "There is no such batch",
    "BODY_TOO_LARGE": "The body is too large",
    "COMPLETED_WORK": "Completed work would be done again",
    "DATABASE_FULL": "The database server has no connection left",
    "EFFECT_NOT_SETTLED": "The outcome of an effect is not known yet",
    "EFFECT_NOT_UNKNOWN": "The outcome of the effect is known",
    "EMAIL_MISSING": "The configuration names no e-mail",
    "EMPTY_BATCH": "A batch needs a restaurant",
    "EVIDENCE_NOT_FOUND": "There is no such evidence",
    "EXTERNAL_ID_TAKEN": "Another restaurant has the external id",
    "IDEMPOTENCY_KEY_REUSED": "The idempotency key belongs to another request",
    "IMAGE_NOT_EDITABLE": "The image cannot be replaced",
    "IMAGE_NOT_FETCHED": "The image cannot be fetched",
    "IMAGE_NOT_FOUND": "There is no such image",
    "IMAGE_NOT_READABLE": "The image cannot be read",
    "IMAGE_TOO_LARGE": "The image is too large",
    "INTERNAL": "Something went wrong here",
    "INVALID_CONFIGURATION": "The configuration cannot be used",
    "INVALID_FIELDS": "Fields of the restaurant are not valid",
    "INVALID_REQUEST": "The request cannot be read",
    "INVALID_STATUS": "The status does not allow it",
    "IN_PROGRESS": "The same request is being done",
    "JOB_NOT_FOUND": "There is no such job",
    "LEAD_NOT_FOUND": "There is no such lead",
    "METHOD_NOT_ALLOWED": "The method is not offered here",
    "MISCONFIGURED": "The installation is not complete",
    "MISSING_SELECTIONS": "No answer is for a job that waits",
    "NAMED_TWICE": "Something is named more than once",
    "NOTHING_TO_CHANGE": "No field is named",
    "NOTHING_TO_DECIDE": "No question is open",
    "NOTHING_TO_RETRY": "Nothing failed",
    "NOTHING_TO_SEARCH_BY": "A search needs a name or a street",
    "NOT_ACCEPTABLE": "No representation of this kind is offered",
    "NOT_AN_IMAGE": "The file is no picture",
    "NOT_A_CANDIDATE": "The company was not found for this job",
    "NOT_FOUND": "There is nothing here",
    "ORGANISATION_UNKNOWN": "The organisation is not known",
    "PASSWORD_NOT_STORED": "The password of the account is not stored",
    "PLATFORM_NOT_REACHED": "The registration platform does not answer",
    "PLATFORM_REFUSED": "The registration platform refused",
    "PREFLIGHT_REFUSED": "Something is missing that the registration needs",
    "PROPOSAL_CHANGED": "The proposal has changed since it was shown",
    "REASON_MISSING": "A reason is needed",
    "REFUSED": "The request breaks a rule",
    "RESTAURANT_ALREADY_IN_BATCH": "A restaurant is in another active batch",
    "RESTAURANT_ID_DIFFERS": "The platform has another id for the restaurant",
    "RESTAURANT_ID_INVALID": "The platform has no ids of this form",
    "RESTAURANT_ID_MISSING": "The platform's id of the restaurant is needed",
    "RESTAURANT_ID_TAKEN": "The platform's id belongs to another restaurant",
    "RESTAURANT_ID_UNUSED": "The sub-step has no id of a restaurant",
    "RESTAURANT_NOT_FOUND": "There is no such restaurant",
    "ROLE_REQUIRED": "The role of the caller does not allow it",
    "STEP_NOT_ACTION_REQUIRED": "The step does not wait for a person",
    "STEP_NOT_FOUND": "There is no such step",
    "SUB_STEP_NOT_FOUND": "There is no such sub-step",
    "TOO_MANY_REQUESTS": "Too many requests",
    "TOO_MANY_RESTAURANTS": "A batch has at most 50 restaurants",
    "UNAUTHORIZED": "No valid token",
    "UNAVAILABLE": "A part of the installation does not answer",
    "UNREADABLE_DATA": "The stored data cannot be read",
}
"""What each code means, in a sentence; the path of its page is its name."""

OF_A_PATH = {
    "batch_id": "BATCH_NOT_FOUND",
    "job_id": "JOB_NOT_FOUND",
    "restaurant_id": "RESTAURANT_NOT_FOUND",
    "evidence_id": "EVIDENCE_NOT_FOUND",
    "lead_id": "LEAD_NOT_FOUND",
    "step_number": "STEP_NOT_FOUND",
    "sub_step": "SUB_STEP_NOT_FOUND",
}
"""The code of an id in an address that names nothing, by the name of the parameter."""

OF_THE_STATE = frozenset(
    {
        "ALREADY_DECIDED",
        "BATCH_CANCELLING",
        "BATCH_HAS_ENDED",
        "COMPLETED_WORK",
        "EFFECT_NOT_SETTLED",
        "EFFECT_NOT_UNKNOWN",
        "EMAIL_MISSING",
        "EXTERNAL_ID_TAKEN",
        "INVALID_STATUS",
        "IN_PROGRESS",
        "NOTHING_TO_DECIDE",
        "NOTHING_TO_RETRY",
        "PASSWORD_NOT_STORED",
        "PROPOSAL_CHANGED",
        "RESTAURANT_ALREADY_IN_BATCH",
        "RESTAURANT_ID_DIFFERS",
        "RESTAURANT_ID_MISSING",
        "RESTAURANT_ID_TAKEN",
        "STEP_NOT_ACTION_REQUIRED",
    }
)
"""Refusals that the state of the object makes (409); all others are of the request (422)."""


def explanation(slug: str) -> dict[str, str] | None:
    """What a code means, by the last part of its problem's type."""
    code = slug.upper().replace("-", "_")
    return {"code": code, "title": TITLES[code]} if code in TITLES else None
