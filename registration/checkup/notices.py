"""Notices: can those be told who are not looking."""

from pydantic import SecretStr

from registration.checkup.finding import Finding, error, fine
from registration.checkup.reach import Place, ask

_WEBHOOK = "REGISTRATION_NOTICES_WEBHOOK (`webhook` of the block registration-notices)"
_BLOCK = "REGISTRATION_NOTICES_BLOCK (`notification_block` of the block registration-notices)"


def nobody_is_told() -> Finding:
    """Neither way is wanted."""
    return fine("notices", "switched off: no webhook and no notification block is named")


async def check_webhook(url: SecretStr) -> Finding:
    """Whether something answers there; nothing is posted, so it cannot be known whether it takes notices."""
    place = Place("notices", url.get_secret_value(), _WEBHOOK)
    answer = await ask(place, method="HEAD")
    return answer if isinstance(answer, Finding) else fine("notices", f"something answers at {place.shown}")


def judge_notification_block(named: str, *, is_there: bool) -> Finding:
    """By whether the Prefect server has a block of this TYPE/NAME."""
    if is_there:
        return fine("notices", f"the block {named} is there")
    says = f"the Prefect server has no block {named!r}"
    step = f"make it in the UI (Blocks), and put TYPE/NAME, as slack-webhook/operators, into {_BLOCK}"
    return error("notices", says, step)
