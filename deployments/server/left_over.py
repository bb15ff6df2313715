"""What earlier versions put on a Prefect server and this one does not use."""

from prefect.client.orchestration import PrefectClient
from prefect.exceptions import ObjectNotFound

_LIMIT = "registration-browser"


async def remove_left_over(client: PrefectClient) -> list[str]:
    """Remove the concurrency limit of browser-heavy requests: their slots are rows of our database."""
    try:
        await client.delete_global_concurrency_limit_by_name(_LIMIT)
    except ObjectNotFound:
        return []
    return [f"concurrency limit {_LIMIT}: removed"]
