"""Starting flow runs at the Prefect server: the only place in `registration` that knows Prefect."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.settings import get_current_settings
from prefect.utilities.urls import url_for

from registration.errors import MisconfiguredInstallation, TransientError

DEPLOYMENT = "register-batch/register-batch"
_SECONDS = 10.0
_SOON = timedelta(minutes=2)


@dataclass(frozen=True)
class StartedRun:
    """A flow run that works, or is about to work, on a batch; `url` is its page in the UI."""

    id: UUID
    name: str
    url: str | None


async def start_run(organisation_id: UUID, batch_id: UUID, name: str) -> StartedRun:
    """Start the deployment for an existing batch, or find the run that is about to start.

    Raises MisconfiguredInstallation if no server is named or it has no such deployment, TransientError if it is away.
    """
    await check_server()
    with _clear_errors():
        async with get_client() as client:
            try:
                deployment = await client.read_deployment_by_name(DEPLOYMENT)
            except ObjectNotFound as error:
                raise MisconfiguredInstallation(
                    f"the Prefect server has no deployment {DEPLOYMENT}: `make bootstrap` puts it there"
                ) from error
            run = await _about_to_start(client, deployment.id, batch_id)
            if run is None:
                run = await client.create_flow_run_from_deployment(
                    deployment.id,
                    parameters={"organisation_id": str(organisation_id), "batch_id": str(batch_id)},
                    name=name,
                    tags=[str(organisation_id), str(batch_id)],
                )
            return StartedRun(run.id, run.name, run_url(run.id))


def run_url(run_id: UUID) -> str | None:
    """The page of a flow run in the UI."""
    return url_for("flow-run", obj_id=run_id)


async def _about_to_start(client: PrefectClient, deployment_id: UUID, batch_id: UUID) -> FlowRun | None:
    """One that is planned for later does not count."""
    runs = await client.read_flow_runs(
        flow_run_filter=FlowRunFilter(
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED, StateType.PENDING])),
            expected_start_time=FlowRunFilterExpectedStartTime.model_validate({"before_": datetime.now(UTC) + _SOON}),
            tags=FlowRunFilterTags(all_=[str(batch_id)]),
        ),
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment_id])),
        limit=1,
    )
    return runs[0] if runs else None


async def check_server() -> None:
    """Raises MisconfiguredInstallation if none is named, TransientError if it is away.

    Prefect's own client would try for minutes, or start a server of its own.
    """
    url = get_current_settings().api.url
    if url is None:
        raise MisconfiguredInstallation(
            "no Prefect server is named: set PREFECT_API_URL, or start one with `make up` and source .local/environment"
        )
    try:
        async with httpx.AsyncClient(timeout=_SECONDS) as client:
            await client.get(f"{url.rstrip('/')}/health")
    except httpx.HTTPError as error:
        raise TransientError(
            f"the Prefect server at {url} does not answer ({str(error) or type(error).__name__})"
        ) from error


@contextmanager
def _clear_errors() -> Generator[None]:
    try:
        yield
    except PrefectHTTPStatusError as error:
        answer = error.response
        raise TransientError(f"the Prefect server refused ({answer.status_code}): {answer.text[:300]}") from error
    except httpx.HTTPError as error:
        raise TransientError(f"the Prefect server does not answer ({str(error) or type(error).__name__})") from error
