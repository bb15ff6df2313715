"""compose.yaml without a container engine: its services in a plain folder, and a batch from start to end."""

import json
import re
from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from dev.stack.temporary import temporary_folder
from tests.deployments.compose import Engine
from tests.deployments.containers import Site, engine_with, everything_up, image_beside_secrets
from tests.deployments.image import Image, installing
from tests.flows.gates import COMPANY, CONFIG, Gates
from tests.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.operations]

_LIMIT = 180.0


@pytest.fixture(scope="module")
def image() -> Generator[Image]:
    """The image, before any service runs."""
    with temporary_folder() as folder:
        yield image_beside_secrets(folder)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def engine(image: Image) -> AsyncGenerator[Engine]:
    """An engine without any started service."""
    async with engine_with(image) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(engine: Engine) -> AsyncGenerator[Site]:
    """All services, up."""
    async with everything_up(engine) as up:
        yield up


def test_no_secret_is_in_the_image(image: Image) -> None:
    """A filled-in file of settings lies beside the Dockerfile during the build."""
    assert (image.folder.parent / "context" / "deployments" / "compose.env").exists()
    assert (image.folder / "app" / "deployments" / "compose.yaml").exists()
    assert not list((image.folder / "app").rglob("*.env"))


def test_our_commands_are_those_of_the_image(image: Image) -> None:
    """Our packages come from the copied files and from nowhere else."""
    assert image.run("registration", "--version").strip()
    found = image.run("python", "-c", "import registration, flows; print(registration.__file__, flows.__file__)")
    assert all(Path(file).is_relative_to(image.folder / "app") for file in found.split())


def test_the_install_commands_are_valid(image: Image) -> None:
    """The commands are valid and use the locked versions; nothing is downloaded here, and no package is missing."""
    [lock, browser, _] = installing()
    assert "Requirement already satisfied" in image.run("python", "-m", *lock, "--no-index")
    assert f"{image.folder}/app/browsers/chromium_headless_shell" in image.run(*browser, "--dry-run", may_fail=True)


async def test_the_services_do_not_run_as_root(site: Site) -> None:
    """If an unprivileged user can read the packages; that user owns the written files."""
    user = site.engine.image.user
    if user is None:
        pytest.skip("nobody else on this machine can read the packages")
    owners = {name: Path(f"/proc/{child.pid}").stat().st_uid for name, child in site.engine.staying().items()}
    assert owners == dict.fromkeys(("prefect-server", "worker", "recovery-worker", "api"), user.uid)
    assert {file.stat().st_uid for file in (site.engine.image.folder / "data" / "prefect").rglob("*")} == {user.uid}


async def test_the_server_lets_nobody_in_without_the_password(site: Site) -> None:
    """Only the health check is answered without a password."""
    async with httpx.AsyncClient(base_url=f"{site.engine.settings['PREFECT_URL']}/api", trust_env=False) as client:
        assert (await client.get("/health")).status_code == 200
        assert (await client.post("/flow_runs/filter", json={})).status_code == 401


async def test_a_backup_is_made(site: Site) -> None:
    """Of both databases, including their data."""
    for name, table in (("registration", "registration registration_jobs"), ("prefect", "public flow_run")):
        listed = await site.shell.run(f"docker compose exec -T postgres pg_restore --list $PWD/{name}.dump")
        assert f"TABLE DATA {table} " in listed


async def test_everything_comes_up_again(site: Site) -> None:
    """Services that run once have nothing to do the second time, after an upgrade or a reboot."""
    output = await site.engine.run_again("databases")
    assert [line.partition(":")[0] for line in output.splitlines()] == ["nothing to do"] * 3
    assert await site.engine.run_again("bootstrap") == ""


async def test_a_batch_that_prefect_starts_comes_to_its_end(site: Site) -> None:
    """Imported, started with the `prefect` command, answered in the forms, run by the workers of compose.yaml."""
    imported = json.loads(await site.ours("registration import /data/restaurants.csv --json"))
    restaurants = [restaurant["id"] for restaurant in imported["restaurants"]]
    parameters = f"-p organisation_id={site.engine.settings['ORGANISATION']} -p restaurant_ids={','.join(restaurants)}"
    await site.ours(f"prefect deployment run register-batch/register-batch {parameters}")

    async def opened() -> UUID | None:
        rows = await site.records.query("select id from registration_batch_jobs")
        return rows[0]["id"] if rows else None

    gates = Gates(site.client, await eventually(opened, "the batch is opened", _LIMIT))
    for gate in (COMPANY, CONFIG):
        await gates.answer(await gates.form(gate, limit=_LIMIT))

    async def completed() -> bool:
        return list((await site.records.statuses(gates.batch_id)).values()) == ["completed"] * 2

    await eventually(completed, "both restaurants are completed", _LIMIT)


async def test_recovery_is_served_by_its_own_worker(site: Site) -> None:
    """A recovery run ends, without the other worker."""
    output = await site.ours("prefect deployment run recover-batches/recover-batches --watch")
    [run] = re.findall(r"UUID: ([0-9a-f-]{36})", output)
    assert (await site.client.read_flow_run(UUID(run))).state_name == "Completed"
    logs = {name: site.engine.children[name].log.read_text() for name in ("worker", "recovery-worker")}
    assert [run in logs["worker"], run in logs["recovery-worker"]] == [False, True]
