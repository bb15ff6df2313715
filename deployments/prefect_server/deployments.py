"""The deployments of prefect.yaml."""

from pathlib import Path
from typing import Any

import yaml
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.objects import DeploymentSchedule
from prefect.client.schemas.responses import DeploymentResponse
from prefect.deployments.steps.core import run_steps
from prefect.exceptions import ObjectNotFound
from prefect.flows import Flow, load_flow_from_entrypoint
from prefect.utilities.callables import parameter_schema
from prefect.utilities.templating import apply_values

from deployments.prefect_server.schedule_switches import switch_of

PROJECT = Path(__file__).resolve().parents[2]

Facts = dict[str, Any]
"""The compared values of a deployment, as JSON."""

_SAME_NAME = {
    "entrypoint",
    "description",
    "tags",
    "parameters",
    "enforce_parameter_schema",
    "work_pool_name",
    "job_variables",
}


async def provide_deployments(client: PrefectClient, prefect_file: Path = PROJECT / "prefect.yaml") -> list[str]:
    """Deploy the entries of prefect.yaml that differ on the server, as `prefect deploy --all` would.

    A schedule that a person switched on or off on the server stays so.
    """
    changes: list[str] = []
    for block in await _blocks(prefect_file):
        flow = load_flow_from_entrypoint(block["entrypoint"])
        name = f"{flow.name}/{block['name']}"
        found, wanted = await _read(client, name), _wanted(block, flow)
        facts = _facts(found) if found else {}
        if facts != wanted:
            await _deploy(client, flow, block, found.schedules if found else [])
            different = ", ".join(fact for fact in wanted if wanted[fact] != facts.get(fact))
            changes.append(f"deployment {name}: {f'changed {different}' if found else 'made'}")
    return changes


async def _blocks(prefect_file: Path) -> list[Facts]:
    """The deployments with the results of their build steps and the values of the environment filled in.

    The substitution is Prefect's own: no value is an empty text.
    """
    blocks: list[Facts] = yaml.safe_load(prefect_file.read_text())["deployments"]
    return [
        apply_values(block, await run_steps(block.get("build", []), print_function=lambda *_, **__: None))
        for block in blocks
    ]


async def _read(client: PrefectClient, name: str) -> DeploymentResponse | None:
    try:
        return await client.read_deployment_by_name(name)
    except ObjectNotFound:
        return None


def _wanted(block: Facts, flow: Flow[..., Any]) -> Facts:
    """The facts of a deployment according to prefect.yaml and the flow's code.

    The version is not compared: in a git checkout with a remote Prefect derives it from the commit.
    """
    return {
        "entrypoint": block["entrypoint"],
        "description": block["description"],
        "tags": block.get("tags", []),
        "parameters": block.get("parameters", {}),
        "parameter_openapi_schema": _stored(parameter_schema(flow).model_dump_for_openapi()),
        "enforce_parameter_schema": block.get("enforce_parameter_schema", True),
        "concurrency_limit": block.get("concurrency_limit"),
        "work_pool_name": block["work_pool"]["name"],
        "job_variables": block["work_pool"].get("job_variables", {}),
        "pull_steps": [],
        "schedules": sorted(_timing(schedule) for schedule in block["schedules"]),
        "slugs": sorted(schedule["slug"] for schedule in block["schedules"]),
    }


def _facts(found: DeploymentResponse) -> Facts:
    """The facts of a deployment according to the server."""
    limit = found.global_concurrency_limit
    return found.model_dump(mode="json", include=_SAME_NAME) | {
        "parameter_openapi_schema": _stored(found.parameter_openapi_schema or {}),
        "concurrency_limit": limit.limit if limit else None,
        "pull_steps": found.pull_steps or [],
        "schedules": sorted(_timing(each.schedule.model_dump(mode="json")) for each in found.schedules),
        "slugs": sorted(each.slug or "" for each in found.schedules),
    }


def _stored(schema: Facts) -> Facts:
    return {key: value for key, value in schema.items() if value != {}}


def _timing(schedule: Facts) -> str:
    """The part of a schedule that prefect.yaml decides: its times."""
    interval = schedule.get("interval")
    when = schedule.get("cron") or (interval and f"every {float(interval):g} seconds")
    return f"{when} {schedule.get('timezone') or 'UTC'}"


async def _deploy(
    client: PrefectClient, flow: Flow[..., Any], block: Facts, schedules: list[DeploymentSchedule]
) -> None:
    wanted = _wanted(block, flow)
    del wanted["slugs"]
    wanted["schedules"] = [_schedule(each, schedules) for each in block["schedules"]]
    wanted["parameter_openapi_schema"] = parameter_schema(flow).model_dump_for_openapi()
    await client.create_deployment(
        flow_id=await client.create_flow(flow), name=block["name"], version=flow.version, **wanted
    )


def _schedule(wanted: Facts, found: list[DeploymentSchedule]) -> DeploymentScheduleCreate:
    timing = {name: value for name, value in wanted.items() if name in ("cron", "interval", "timezone")}
    switched = switch_of(found, wanted["slug"])
    active = wanted.get("active", True) if switched is None else switched
    return DeploymentScheduleCreate.model_validate({"schedule": timing, "active": active, "slug": wanted["slug"]})
