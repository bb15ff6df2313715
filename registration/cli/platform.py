"""Asking whether the platform answers at all, before a batch is made for it."""

import httpx

from registration.clients.bounded import send_bounded
from registration.errors import PlatformNotReached
from registration.settings import settings

_SECONDS = 5.0


async def check_platform() -> None:
    """Raises PlatformNotReached if nobody answers at REGISTRATION_PLATFORM_URL; any answer is one.

    If the variable is not set, only the worker knows where the platform is, and nothing is asked here.
    """
    if "platform_url" not in settings().model_fields_set:
        return
    url = settings().platform_url
    try:
        async with httpx.AsyncClient(timeout=_SECONDS, trust_env=False) as client:
            await send_bounded(client, client.build_request("GET", url))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise PlatformNotReached(
            f"the registration platform at {url} does not answer ({str(error) or type(error).__name__}); nothing was "
            "changed: start the platform or mend REGISTRATION_PLATFORM_URL, then say the same again"
        ) from error
