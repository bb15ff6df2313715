"""The deployments of prefect.yaml."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from prefect.client.orchestration import PrefectClient
from prefect.exceptions import ObjectNotFound
from prefect.flows import load_flow_from_entrypoint
from prefect.utilities.callables import parameter_schema

from deployments.local.errors import StackError

PROJECT = Path(__file__).resolve().parents[2]
LIMIT = 180.0

Facts = dict[str, Any]
"""What of a deployment is compared: values as JSON has them."""


async def provide_deployments(client: PrefectClient, prefect_file: Path = PROJECT / "prefect.yaml") -> list[str]:
    """Deploy what prefect.yaml describes and the server does not have like that. Raises StackError."""
    blocks: list[Facts] = yaml.safe_load(prefect_file.read_text())["deployments"]
    changes: list[str] = []
    for wanted in [_wanted(block) for block in blocks]:
        found = await _found(client, wanted["name"])
        if found != wanted:
            changes.append(f"deployment {wanted['name']}: {_difference(found, wanted)}")
            await _deploy(prefect_file, wanted["name"].split("/")[1])
    return changes


def _wanted(block: Facts) -> Facts:
    flow = load_flow_from_entrypoint(block["entrypoint"])
    return {
        "name": f"{flow.name}/{block['name']}",
        "entrypoint": block["entrypoint"],
        "version": block.get("version") or flow.version,
        "description": block["description"],
        "tags": sorted(block.get("tags", [])),
        "parameters": block.get("parameters", {}),
        "parameter_openapi_schema": _stored(parameter_schema(flow).model_dump_for_openapi()),
        "enforce_parameter_schema": block.get("enforce_parameter_schema", True),
        "concurrency_limit": block.get("concurrency_limit"),
        "work_pool_name": block["work_pool"]["name"],
        "job_variables": block["work_pool"].get("job_variables", {}),
        "schedules": sorted(_timing(schedule) for schedule in block["schedules"]),
        "pull_steps": [],
    }


async def _found(client: PrefectClient, name: str) -> Facts | None:
    try:
        found = await client.read_deployment_by_name(name)
    except ObjectNotFound:
        return None
    limit = found.global_concurrency_limit
    return {
        "name": name,
        **found.model_dump(
            mode="json",
            include={
                "entrypoint",
                "version",
                "description",
                "parameters",
                "enforce_parameter_schema",
                "work_pool_name",
                "job_variables",
            },
        ),
        "parameter_openapi_schema": _stored(found.parameter_openapi_schema or {}),
        "tags": sorted(found.tags),
        "concurrency_limit": limit.limit if limit else None,
        "schedules": sorted(_timing(each.schedule.model_dump(mode="json")) for each in found.schedules),
        "pull_steps": found.pull_steps or [],
    }


def _stored(schema: Facts) -> Facts:
    return {key: value for key, value in schema.items() if value != {}}


def _timing(schedule: Facts) -> str:
    """What of a schedule we decide; whether it is on is decided on the server."""
    return f"{schedule.get('cron') or schedule.get('interval')} {schedule.get('timezone') or 'UTC'}"


def _difference(found: Facts | None, wanted: Facts) -> str:
    if found is None:
        return "made"
    return f"changed {', '.join(fact for fact in wanted if wanted[fact] != found[fact])}"


async def _deploy(prefect_file: Path, name: str) -> None:
    command = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--name", name]
    deploying = await asyncio.create_subprocess_exec(
        *command,
        "--prefect-file",
        str(prefect_file),
        cwd=prefect_file.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    async with asyncio.timeout(LIMIT):
        said, _ = await deploying.communicate()
    if deploying.returncode != 0:
        raise StackError(f"`prefect deploy --name {name}` failed:\n{said.decode(errors='replace')}")
