"""prefect.yaml with a docker or a kubernetes work pool: the jobs that a worker of such a pool would start.

The templates are those that come with Prefect. Neither a container engine nor a cluster is started here.
"""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.workers.base import BaseJobConfiguration
from pydantic import ConfigDict

PROJECT = Path(__file__).parents[2]
DEPLOYED: list[dict[str, Any]] = yaml.safe_load((PROJECT / "prefect.yaml").read_text())["deployments"]
_TEMPLATES = json.loads(
    (files("prefect.server.api.collections_data") / "views" / "aggregate-worker-metadata.json").read_text()
)
_IMAGE = "registry.example/restaurant-registration:7"
_ENVIRONMENT = {
    "DATABASE_URL": "postgresql://registration_app@db.example/registration",
    "REGISTRATION_PLATFORM_KEY": "k",
}


class Job(BaseJobConfiguration):
    """A job with all fields of its kind of work pool; the classes of these kinds are in packages of their own."""

    model_config = ConfigDict(extra="allow")


def pool_template(kind: str) -> dict[str, Any]:
    """The base job template of a new pool, with image and settings as defaults, as docs/scaling.md says."""
    template = _TEMPLATES[f"prefect-{kind}"][kind]["default_base_job_configuration"]
    changed = json.loads(json.dumps(template))
    changed["variables"]["properties"]["image"]["default"] = _IMAGE
    changed["variables"]["properties"]["env"]["default"] = _ENVIRONMENT
    return changed


async def rendered(kind: str, deployment: dict[str, Any]) -> dict[str, Any]:
    """The job of a run of the deployment, as the worker of such a pool prepares it."""
    variables = deployment["work_pool"]["job_variables"]
    # The address is not called: neither template nor variables refer to anything on a server.
    client = PrefectClient("http://127.0.0.1:9/api")
    job = await Job.from_template_and_values(pool_template(kind), variables, client=client)
    job.prepare_for_flow_run(FlowRun(flow_id=uuid4(), name="lively-kiwi"))
    return job.model_dump()


@pytest.mark.parametrize("kind", ["docker", "kubernetes"])
@pytest.mark.parametrize("deployment", DEPLOYED, ids=lambda deployment: deployment["name"])
async def test_the_job_variables_fit(kind: str, deployment: dict[str, Any]) -> None:
    """Each one is a variable of the pool, and no variable of the template stays open in what we set."""
    known = pool_template(kind)["variables"]["properties"]
    assert set(deployment["work_pool"]["job_variables"]) <= set(known)
    job = await rendered(kind, deployment)
    assert (job["command"], job["stream_output"]) == ("python -m prefect.engine", False)
    assert "{{" not in json.dumps(job, default=str)


@pytest.mark.parametrize("deployment", DEPLOYED, ids=lambda deployment: deployment["name"])
async def test_a_docker_job_runs_our_image(deployment: dict[str, Any]) -> None:
    """With the settings of the pool, and the run that it works on."""
    job = await rendered("docker", deployment)
    assert job["image"] == _IMAGE
    assert job["env"].items() >= _ENVIRONMENT.items()
    assert "PREFECT__FLOW_RUN_ID" in job["env"]


@pytest.mark.parametrize("deployment", DEPLOYED, ids=lambda deployment: deployment["name"])
async def test_a_kubernetes_job_runs_our_image_once(deployment: dict[str, Any]) -> None:
    """The cluster starts no second pod for a run: recovery starts the next process of a batch."""
    specification = (await rendered("kubernetes", deployment))["job_manifest"]["spec"]
    assert (specification["backoffLimit"], specification["template"]["spec"]["restartPolicy"]) == (0, "Never")
    [container] = specification["template"]["spec"]["containers"]
    assert (container["image"], container["args"]) == (_IMAGE, "python -m prefect.engine")
    assert container["env"].items() >= _ENVIRONMENT.items()
