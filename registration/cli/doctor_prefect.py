"""What `registration doctor` looks at on the Prefect server."""

from http import HTTPStatus

import httpx
import prefect
from prefect.client.orchestration import PrefectClient, get_client
from prefect.exceptions import PrefectHTTPStatusError
from prefect.settings import get_current_settings

from registration.checkup.clock import judge_date
from registration.checkup.finding import Finding, Level, error, fine, warning, worst
from registration.checkup.notices import judge_notification_block
from registration.cli.doctor_automations import check_automations
from registration.cli.doctor_deployments import check_deployments, is_there
from registration.cli.doctor_pools import BOOTSTRAP, check_pools
from registration.settings import Settings

_BLOCKS = (
    "registration-platform",
    "companies-register",
    "registration-database",
    "registration-secrets",
    "registration-notices",
)
_SECONDS = 5.0


async def check_prefect(settings: Settings) -> list[Finding]:
    """Everything about the server of PREFECT_API_URL; if it does not answer, nothing else can be asked."""
    url = get_current_settings().api.url
    if url is None:
        return [error("Prefect server", "none is named", "set PREFECT_API_URL, or start one with `make up`")]
    try:
        findings = await _reach(url)
        if worst(findings) is Level.ERROR:
            return findings
        async with get_client() as client:
            findings += [
                await _blocks(client, settings.block_documents),
                *await check_deployments(client),
                *await check_pools(client),
                *await check_automations(client, settings),
            ]
            if settings.notices_block:
                findings.append(await _notification_block(client, settings.notices_block))
    except PrefectHTTPStatusError as refused:
        if refused.response.status_code != HTTPStatus.UNAUTHORIZED:
            raise
        return [error("Prefect server", f"{url} wants a password", "set PREFECT_API_AUTH_STRING to NAME:PASSWORD")]
    except httpx.HTTPError as trouble:
        says = f"{url} does not answer ({str(trouble) or type(trouble).__name__})"
        return [error("Prefect server", says, "check PREFECT_API_URL, and that the server runs")]
    return findings


async def _reach(url: str) -> list[Finding]:
    auth = get_current_settings().api.auth_string
    signed_in = httpx.BasicAuth(*auth.get_secret_value().split(":", 1)) if auth else None
    async with httpx.AsyncClient(timeout=_SECONDS, auth=signed_in) as client:
        answer = await client.get(f"{url.rstrip('/')}/admin/version")
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        raise PrefectHTTPStatusError("unauthorised", request=answer.request, response=answer)
    theirs = _said(answer)
    if not isinstance(theirs, str):
        says = f"something answers at {url} (status {answer.status_code}), but it is not a Prefect server"
        return [error("Prefect server", says, "check PREFECT_API_URL: it ends with /api")]
    return [_version(theirs), *judge_date("the Prefect server", answer.headers)]


def _said(answer: httpx.Response) -> object:
    """What the answer says as JSON; None where it is no success or no JSON."""
    try:
        return answer.json() if answer.is_success else None
    except ValueError:
        return None


def _version(theirs: str) -> Finding:
    if theirs == prefect.__version__:
        return fine("Prefect server", f"answers, version {theirs}")
    says = f"version {theirs}, and this is {prefect.__version__}"
    return warning("Prefect server", says, "install the same version on both sides: that of requirements.lock")


async def _blocks(client: PrefectClient, name: str) -> Finding:
    missing = [
        slug for slug in _BLOCKS if not await is_there(lambda slug=slug: client.read_block_document_by_name(name, slug))
    ]
    if missing:
        return error("blocks", f"missing: {', '.join(f'{slug}/{name}' for slug in missing)}", BOOTSTRAP)
    return fine("blocks", "all are there")


async def _notification_block(client: PrefectClient, named: str) -> Finding:
    kind, _, name = named.partition("/")
    there = await is_there(lambda: client.read_block_document_by_name(name, kind))
    return judge_notification_block(named, is_there=there)
