"""The global concurrency limit of browser-heavy requests."""

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate, GlobalConcurrencyLimitUpdate
from prefect.exceptions import ObjectNotFound

BROWSER_LIMIT = "registration-browser"


async def provide_browser_limit(client: PrefectClient, limit: int) -> list[str]:
    """Have the limit with that many places; with 0 nobody asks for a place, and nothing is changed."""
    if limit == 0:
        return []
    try:
        found = await client.read_global_concurrency_limit_by_name(BROWSER_LIMIT)
    except ObjectNotFound:
        await client.create_global_concurrency_limit(GlobalConcurrencyLimitCreate(name=BROWSER_LIMIT, limit=limit))
        return [f"concurrency limit {BROWSER_LIMIT}: made, {limit} at a time"]
    if found.limit == limit and found.active:
        return []
    await client.update_global_concurrency_limit(BROWSER_LIMIT, GlobalConcurrencyLimitUpdate(limit=limit, active=True))
    return [f"concurrency limit {BROWSER_LIMIT}: {found.limit} → {limit} at a time"]
