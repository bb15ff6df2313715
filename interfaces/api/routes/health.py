"""Whether the process lives, whether everything it needs answers, and what the codes of problems mean."""

import logging
from collections.abc import Awaitable

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from interfaces.api.models.meta import Explanation, Health, PartState, Ready
from interfaces.api.openapi import PROBLEMS
from interfaces.api.problem_codes import explanation
from interfaces.api.problems import not_found
from registration.database.schema import state_on
from registration.database.session import NO_ORGANISATION, Database
from registration.errors import MisconfiguredInstallation, RegistrationError

router = APIRouter(tags=["health"])
_LOG = logging.getLogger("registration.api")


@router.get("/api/health", operation_id="Health")
async def health() -> Health:
    """The process lives."""
    return Health()


@router.get("/api/ready", operation_id="Ready", responses={503: {"model": Ready}})
async def ready(request: Request) -> Response:
    """Whether database, schema and Prefect server answer: 200, or 503 with the parts that do not."""
    database: Database = request.app.state.database
    from tasks.batch_runs import check_server

    parts = {"database": await _state(_schema(database)), "prefect": await _state(check_server())}
    answer = Ready(ready=all(part.ok for part in parts.values()), parts=parts)
    status = 200 if answer.ready else 503
    return JSONResponse(answer.model_dump(mode="json"), status, headers={"Cache-Control": "no-store"})


@router.get("/problems/{slug}", operation_id="Explanation", responses={404: PROBLEMS[404]})
async def explain(slug: str) -> Explanation:
    """What the code of a problem means."""
    found = explanation(slug)
    if found is None:
        raise not_found("NOT_FOUND")
    return Explanation(code=found["code"], title=found["title"])


async def _state(check: Awaitable[None]) -> PartState:
    try:
        await check
    except RegistrationError as error:
        _LOG.warning("not ready: %s", error.message)
        return PartState(ok=False, detail=error.code)
    return PartState(ok=True, detail=None)


async def _schema(database: Database) -> None:
    """Raises DatabaseUnavailable; MisconfiguredInstallation if migrations are missing."""
    async with database.transaction(NO_ORGANISATION, read_only=True) as transaction:
        state = await transaction.connection.run_sync(state_on)
    if not state.current:
        raise MisconfiguredInstallation(f"the database lacks migrations: {', '.join(state.pending)}")
