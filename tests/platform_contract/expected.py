"""What must follow from an answer of the contract, derived from its data: status, members, effect, telling words.

Where the data cannot say, `SPECIAL` says it by hand, with the reason.
"""

from enum import StrEnum

from registration.states import Assurance
from registration.workflow.sub_steps import EffectKind
from tests.platform_contract.contract import Answer
from tests.platform_contract.shapes import telling_words

MOST_SENDINGS, MOST_WHILE_NOT_READY = 4, 100


class Says(StrEnum):
    """What an answer says of a request that has an effect."""

    SUCCESS = "success"
    NOT_READY = "the checks before every route cannot be made for now"
    LATER = "nothing was done, ask again later"
    NO = "nothing was done, and asking again is of no use"
    WARNINGS = "no, after a part may have been done"
    ENDED = "the work has ended, and what was done is not known"
    NOTHING = "nothing at all"


_GUARDS = {"error", "message"}
"""The members of a failure of what stands before every route; a failure of a route has `success`."""


def says(answer: Answer) -> Says:
    """What an answer says, whatever the product makes of it."""
    if answer.status is None:
        return Says.NOTHING
    if not isinstance(answer.body, dict):
        return Says.NO
    retryable = answer.status == 503 and answer.body.get("retryable") is True
    if retryable or (answer.status == 500 and set(answer.body) == _GUARDS):
        return Says.NOT_READY
    if answer.status == 503:
        return Says.LATER
    if answer.status < 400 and answer.body.get("success") is not False:
        return Says.SUCCESS
    if answer.status < 400:
        return Says.NO if answer.outside == "none" else Says.WARNINGS
    return Says.NO if answer.status < 500 or _names_nothing_done(answer) else Says.ENDED


def _names_nothing_done(answer: Answer) -> bool:
    """Whether words of the platform's own, not of a script of its, tell that nothing was done."""
    body = answer.body if isinstance(answer.body, dict) else {}
    words = [words for how, words in telling_words(answer.told_by) if how == "contains"]
    return answer.outside == "none" and bool(words) and "Command failed" not in str(body.get("error"))


def shows_trouble(answer: Answer) -> bool:
    """Whether a success shows that not all was done, and is none: what it does not show nobody can read in it."""
    shows = answer.told_by is None or not answer.told_by.startswith("not by")
    return answer.outside in ("none", "partly", "unknown") and shows


SPECIAL: dict[tuple[str, str], tuple[str, str]] = {
    ("register-account", "existed before"): ("failed", "the account is somebody else's, with another password"),
    ("create-onboarding-user", "existed before"): ("reported", "one user per e-mail: what was asked for is there"),
    ("generate-code-injections", "created, but not stored"): (
        "failed",
        "the website is made from the row, and the row has no code",
    ),
    ("generate-code-injections", "old code taken for new"): ("failed", "the code's own time is before the sending"),
    ("upload-images", "synchronous batch (at most 10 images left)"): (
        "proven",
        "one image of the example failed; here the platform uploads all",
    ),
    ("upload-images", "nothing left to upload"): ("proven", "all images are uploaded already"),
    ("upload-images", "menu without images, or the reading of the images failed"): (
        "again later",
        "the tables show images that are not uploaded",
    ),
    ("register-restaurant", "created, id not stored: the subdomain belongs to another row"): (
        "person",
        "the restaurant was made, and nobody knows its id",
    ),
    ("register-restaurant", "created, id not stored: its form is unknown"): (
        "person",
        "the restaurant was made, and nobody knows its id",
    ),
    ("register-restaurant", "wrong id stored"): (
        "proven",
        "only the output of a script would tell, which is not read; an id that another row has is refused",
    ),
    ("configure-website", "done, logo given but not uploaded"): (
        "reported",
        "the script came to its end; what it could not do is kept as warnings",
    ),
    ("add-option-sets", "menu without dishes"): ("reported", "there is nothing to make"),
    ("add-option-sets", "menu without option sets"): ("reported", "there is nothing to make"),
}
"""By endpoint and case: how the sub-step ends, and why the data alone does not say so."""


def ends(endpoint: str, kind: EffectKind, best: Assurance | None, answer: Answer) -> str:
    """How the sub-step ends: proven or reported, failed, again later, or with a person."""
    if (endpoint, answer.case) in SPECIAL:
        return SPECIAL[endpoint, answer.case][0]
    match says(answer):
        case Says.LATER:
            return "again later"
        case Says.NO | Says.WARNINGS | Says.NOT_READY:
            return "failed"  # not ready: after the patience of an outage
        case Says.ENDED | Says.NOTHING:
            return "failed" if kind is EffectKind.SET else "person"
        case Says.SUCCESS:
            if shows_trouble(answer):
                return "again later" if endpoint == "upload-images" else "failed"
            return best or Assurance.REPORTED


def most_sendings(kind: EffectKind, answer: Answer) -> int:
    """How often the request may be sent without a person: more than once only where that is harmless."""
    if says(answer) is Says.NOT_READY:
        return MOST_WHILE_NOT_READY
    return MOST_SENDINGS if says(answer) in (Says.ENDED, Says.NOTHING) and kind.repeatable else 1
