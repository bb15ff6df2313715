"""Other code and a newer Prefect are installed while batches wait for people, and a worker is killed: they go on."""

import json
import os
import signal
from collections import Counter
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from itertools import count
from uuid import UUID

import prefect
import pytest
import pytest_asyncio
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import FlowFilter, FlowFilterName, FlowRunFilter, FlowRunFilterTags
from prefect.client.schemas.objects import FlowRun

from dev.stack.sandbox_control import PretendedPlatform
from dev.stack.temporary import temporary_folder
from registration.workflow.sub_steps import SUB_STEPS
from tests.deployments.engineer import INSTALLING, Engineer, engineer
from tests.deployments.machine import Machine
from tests.deployments.old_prefect import OLD_PREFECT, environment_with_old_prefect
from tests.flows.gates import COMPANY, CONFIG, Form, Gates
from tests.flows.records import Records
from tests.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.operations]

WORKER = "registration-worker"
LIMIT = 180.0
OLD_NAME, NEW_NAME = "Waiting for somebody", "Waiting for people"
OLD_WORDS, NEW_WORDS = "Registers, as ever, a batch", "Registers a batch"


@dataclass(frozen=True)
class Waiting:
    """A batch of one restaurant, and the form in which it waits."""

    batch_id: UUID
    gates: Gates
    form: Form


@dataclass(frozen=True)
class Server:
    """What a Prefect server is: its version, the state of its database, the automations that are in force."""

    version: str
    migration: str
    automations: frozenset[tuple[UUID, str, bool]]


@dataclass
class Site:
    """A machine with an engineer, and what the tests start there."""

    engineer: Engineer
    client: PrefectClient
    left: Waiting | None = None
    live: Waiting | None = None
    before: Server | None = None
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    @property
    def machine(self) -> Machine:
        """The machine."""
        return self.engineer.machine

    async def install_old_code(self) -> None:
        """Code with other words, so that it can be told which one worked, and an older Prefect under it."""
        self.machine.use_packages(await environment_with_old_prefect(self.machine.folder, self.machine.project))
        self.patch("tasks/batch_lifecycle.py", NEW_NAME, OLD_NAME)
        self.patch("prefect.yaml", NEW_WORDS, OLD_WORDS)
        self.look_often()

    async def install_new_code(self) -> None:
        """The code as it is, with the packages that `make install` would give it."""
        self.machine.use_packages()
        self.machine.install_code()
        self.look_often()

    def look_often(self) -> None:
        """Recovery looks every twenty seconds and not once a minute."""
        self.patch("prefect.yaml", "interval: 60", "interval: 20")

    def patch(self, file: str, before: str, after: str) -> None:
        """Change a text of the installed code."""
        path = self.machine.project / file
        text = path.read_text()
        assert before in text
        path.write_text(text.replace(before, after))

    async def server(self) -> Server:
        """The Prefect server as it is now."""
        records = Records(self.machine.postgres.url("prefect"))
        [migration] = await records.query("select version_num from alembic_version")
        automations = await self.client.read_automations()
        return Server(
            version=await self.client.api_version(),
            migration=migration["version_num"],
            automations=frozenset((one.id, one.name, one.enabled) for one in automations),
        )

    async def waiting(self) -> Waiting:
        """Start a batch of a new restaurant and have it wait at the first gate."""
        number = next(self.numbers)
        self.machine.write_restaurants(number)
        commands = f"""
            sed -n '1p;$p' restaurants.csv > {number}.csv
            registration start --csv {number}.csv --json 2> said || {{ cat said; false; }}
        """
        [started] = json.loads(await self.engineer.shell.run(commands))
        gates = Gates(self.client, UUID(started["batch_id"]))
        return Waiting(gates.batch_id, gates, await gates.form(COMPANY, limit=LIMIT))

    async def runs_of(self, batch: Waiting) -> list[FlowRun]:
        """The batch's runs."""
        wanted = FlowRunFilter(tags=FlowRunFilterTags(all_=[str(batch.batch_id)]))
        flow = FlowFilter(name=FlowFilterName(any_=["register-batch"]))
        return await self.client.read_flow_runs(flow_filter=flow, flow_run_filter=wanted)

    async def who_started(self, batch: Waiting) -> set[str | None]:
        """What started runs for the batch; those that an automation started have its id as a parameter alone."""
        runs = [
            run for run in await self.client.read_flow_runs() if run.parameters.get("batch_id") == f"{batch.batch_id}"
        ]
        return {run.created_by.type if run.created_by else None for run in runs}

    async def run_of(self, batch: Waiting, state: str) -> FlowRun:
        """The batch's run in this state, once there is one."""

        async def found() -> FlowRun | None:
            runs = await self.runs_of(batch)
            return next((run for run in runs if run.state is not None and run.state.name == state), None)

        return await eventually(found, f"a run is {state}", LIMIT)

    async def finish(self, batch: Waiting, form: Form) -> None:
        """Answer the form and the one that comes after it; everything is done then, and once."""
        await batch.gates.answer(form)
        await batch.gates.answer(await batch.gates.form(CONFIG, limit=LIMIT))

        async def completed() -> bool:
            return set((await self.machine.records.statuses(batch.batch_id)).values()) == {"completed"}

        await eventually(completed, "the batch is completed", LIMIT)
        [job] = (await self.machine.records.jobs(batch.batch_id)).values()
        organisation = UUID(self.machine.settings["REGISTRATION_ORGANISATION"])
        done = Counter[str]()
        for one in await PretendedPlatform(self.machine.sandbox.url).done(organisation):
            if one.restaurant_id == job["restaurant_id"]:
                done[one.effect] += one.count
        assert {row.endpoint: done[row.endpoint] for row in SUB_STEPS.values()} == {
            row.endpoint: 1 for row in SUB_STEPS.values()
        }

    async def another_form(self, batch: Waiting, before: Form) -> Form:
        """The form once it is open in another run than before."""

        async def found() -> Form | None:
            form = await batch.gates.form(COMPANY, limit=LIMIT)
            return form if form.run.id != before.run.id else None

        return await eventually(found, "the form is open again", LIMIT)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def upgraded() -> AsyncGenerator[Site]:
    """A machine with other code than before, on which one batch was left to people and one had a process."""
    with temporary_folder() as folder:
        async with engineer(folder) as somebody, somebody.machine.client() as client:
            site = Site(somebody, client)
            somebody.besides = {
                "make install browser": site.install_old_code,
                "db organisation": site.machine.start_platform,
                "git -C": site.install_new_code,
            }
            site.machine.change_setting("REGISTRATION_GATE_HOLD_MINUTES", "0.7")
            await somebody.follow(*INSTALLING)
            site.left = await site.waiting()
            await site.run_of(site.left, OLD_NAME)
            site.machine.change_setting("REGISTRATION_GATE_HOLD_MINUTES", "10")
            await site.machine.units.systemctl("restart", WORKER)
            site.live = await site.waiting()
            site.before = await site.server()
            await somebody.follow("Upgrade")
            yield site


async def test_the_server_is_the_new_one_and_has_kept_what_it_had(upgraded: Site) -> None:
    """It has migrated its own database, and its automations are in force: the same ones, none of them twice."""
    before, after = upgraded.before, await upgraded.server()
    assert before is not None
    assert (before.version, after.version) == (OLD_PREFECT, prefect.__version__)
    assert before.migration != after.migration
    assert before.automations
    assert after.automations == before.automations


async def test_a_batch_with_a_process_is_taken_up_by_the_new_code(upgraded: Site) -> None:
    """Nobody does anything but answer the form, which is open again."""
    assert upgraded.live is not None
    form = await upgraded.another_form(upgraded.live, upgraded.live.form)
    await upgraded.finish(upgraded.live, form)


async def test_a_batch_that_was_left_keeps_its_form(upgraded: Site) -> None:
    """The form that the old code had opened is answered, and the new code goes on, started by the automation."""
    assert upgraded.left is not None
    assert (await upgraded.left.gates.form(COMPANY, limit=LIMIT)).run.id == upgraded.left.form.run.id
    await upgraded.finish(upgraded.left, upgraded.left.form)
    assert "AUTOMATION" in await upgraded.who_started(upgraded.left)


async def test_what_the_new_code_brings_is_said(upgraded: Site) -> None:
    """By the bootstrap: other words of a deployment, and nothing else."""
    said = upgraded.engineer.said["Start"].splitlines()
    assert [line for line in said if ": changed" in line] == [
        "deployment register-batch/register-batch: changed description"
    ]


async def test_a_killed_worker_is_back_and_its_batch_goes_on(upgraded: Site) -> None:
    """After what the unit says: five seconds; its flow processes had died with it."""
    batch = await upgraded.waiting()
    units, before = upgraded.machine.units, upgraded.machine.units.pid(WORKER)
    os.kill(before, signal.SIGKILL)

    async def back() -> bool:
        return units.pid(WORKER) != before

    await eventually(back, "the worker is started again", LIMIT)
    await upgraded.finish(batch, await upgraded.another_form(batch, batch.form))
