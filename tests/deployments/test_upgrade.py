"""New code and a newer Prefect are installed while batches wait for people, and a worker is killed: batches go on."""

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
from tests.deployments.administrator import INSTALLING, Administrator, administrator
from tests.deployments.machine import Machine
from tests.deployments.old_prefect import OLD_PREFECT, environment_with_old_prefect
from tests.flows.gates import COMPANY, CONFIG, Form, Gates
from tests.flows.records import Records
from tests.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.operations]

WORKER = "registration-worker"
LIMIT = 180.0
OLD_COMMIT = os.environ.get("UPGRADE_FROM")
"""The commit of the old code; without it the old code is the present code with another text."""
OLD_NAME, NEW_NAME = "Waiting for somebody", "Waiting for people"
OLD_WORDS, NEW_WORDS = "Registers, as ever, a batch", "Registers a batch"


@dataclass(frozen=True)
class Waiting:
    """A batch of one restaurant, and its open form."""

    batch_id: UUID
    gates: Gates
    form: Form


@dataclass(frozen=True)
class Server:
    """State of a Prefect server: its version, its database's revision, its automations in force."""

    version: str
    migration: str
    automations: frozenset[tuple[UUID, str, bool]]


@dataclass
class Site:
    """A machine with its administrator, and the batches that the tests start there."""

    administrator: Administrator
    client: PrefectClient
    left: Waiting | None = None
    live: Waiting | None = None
    before: Server | None = None
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    @property
    def machine(self) -> Machine:
        """The machine."""
        return self.administrator.machine

    async def install_old_code(self) -> None:
        """Install other code, whose runs reveal their version, and an older Prefect."""
        if OLD_COMMIT is not None:
            await self.machine.install_commit(OLD_COMMIT)
        self.machine.use_packages(await environment_with_old_prefect(self.machine.folder, self.machine.project))
        if OLD_COMMIT is None:
            self.patch("tasks/batch_lifecycle.py", NEW_NAME, OLD_NAME)
        self.patch("prefect.yaml", NEW_WORDS, OLD_WORDS)
        self.recover_often()

    async def install_new_code(self) -> None:
        """Install the present code, with the packages of `make install`."""
        self.machine.use_packages()
        self.machine.install_code()
        self.recover_often()

    def recover_often(self) -> None:
        """Let recovery run every twenty seconds instead of once a minute."""
        self.patch("prefect.yaml", "interval: 60", "interval: 20")

    def patch(self, file: str, before: str, after: str) -> None:
        """Replace a text of the installed code."""
        path = self.machine.project / file
        text = path.read_text()
        assert before in text
        path.write_text(text.replace(before, after))

    async def server(self) -> Server:
        """The present state of the Prefect server."""
        records = Records(self.machine.postgres.url("prefect"))
        [migration] = await records.query("select version_num from alembic_version")
        automations = await self.client.read_automations()
        return Server(
            version=await self.client.api_version(),
            migration=migration["version_num"],
            automations=frozenset((automation.id, automation.name, automation.enabled) for automation in automations),
        )

    async def waiting(self) -> Waiting:
        """Start a batch of a new restaurant and wait for its first gate."""
        number = next(self.numbers)
        self.machine.write_restaurants(number)
        commands = f"""
            sed -n '1p;$p' restaurants.csv > {number}.csv
            registration start --csv {number}.csv --json 2> said || {{ cat outputs; false; }}
        """
        [started] = json.loads(await self.administrator.shell.run(commands))
        gates = Gates(self.client, UUID(started["batch_id"]))
        return Waiting(gates.batch_id, gates, await gates.form(COMPANY, limit=LIMIT))

    async def runs_of(self, batch: Waiting) -> list[FlowRun]:
        """The batch's runs."""
        wanted = FlowRunFilter(tags=FlowRunFilterTags(all_=[str(batch.batch_id)]))
        flow = FlowFilter(name=FlowFilterName(any_=["register-batch"]))
        return await self.client.read_flow_runs(flow_filter=flow, flow_run_filter=wanted)

    async def who_started(self, batch: Waiting) -> set[str | None]:
        """The origin of each run of the batch; a run of an automation has its id as a parameter alone."""
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
        """Answer the form and the next one; then everything is completed, and nothing twice."""
        await batch.gates.answer(form)
        await batch.gates.answer(await batch.gates.form(CONFIG, limit=LIMIT))

        async def completed() -> bool:
            return set((await self.machine.records.statuses(batch.batch_id)).values()) == {"completed"}

        await eventually(completed, "the batch is completed", LIMIT)
        [job] = (await self.machine.records.jobs(batch.batch_id)).values()
        organisation = UUID(self.machine.settings["REGISTRATION_ORGANISATION"])
        done = Counter[str]()
        for effect in await PretendedPlatform(self.machine.sandbox.url).done(organisation):
            if effect.restaurant_id == job["restaurant_id"]:
                done[effect.effect] += effect.count
        assert {row.endpoint: done[row.endpoint] for row in SUB_STEPS.values()} == {
            row.endpoint: 1 for row in SUB_STEPS.values()
        }

    async def another_form(self, batch: Waiting, before: Form) -> Form:
        """The form once it is open in a run other than before."""

        async def found() -> Form | None:
            form = await batch.gates.form(COMPANY, limit=LIMIT)
            return form if form.run.id != before.run.id else None

        return await eventually(found, "the form is open again", LIMIT)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def upgraded() -> AsyncGenerator[Site]:
    """A machine with old code, one batch handed over to people and one with a process."""
    with temporary_folder() as folder:
        async with administrator(folder) as person, person.machine.client() as client:
            site = Site(person, client)
            person.besides = {
                "make install browser": site.install_old_code,
                "db organisation": site.machine.start_platform,
                "git -C": site.install_new_code,
            }
            site.machine.change_setting("REGISTRATION_GATE_HOLD_MINUTES", "0.7")
            await person.follow(*INSTALLING)
            site.left = await site.waiting()
            await site.run_of(site.left, OLD_NAME if OLD_COMMIT is None else NEW_NAME)
            site.machine.change_setting("REGISTRATION_GATE_HOLD_MINUTES", "10")
            await site.machine.units.systemctl("restart", WORKER)
            site.live = await site.waiting()
            site.before = await site.server()
            await person.follow("Upgrade")
            yield site


async def test_the_server_is_the_new_one_and_has_kept_what_it_had(upgraded: Site) -> None:
    """The server has migrated its database, and its automations are in force, each once."""
    before, after = upgraded.before, await upgraded.server()
    assert before is not None
    assert (before.version, after.version) == (OLD_PREFECT, prefect.__version__)
    assert before.migration != after.migration
    assert before.automations
    assert after.automations == before.automations


async def test_a_batch_with_a_process_is_taken_up_by_the_new_code(upgraded: Site) -> None:
    """A person only answers the form, which is open again."""
    assert upgraded.live is not None
    form = await upgraded.another_form(upgraded.live, upgraded.live.form)
    await upgraded.finish(upgraded.live, form)


async def test_a_batch_that_was_left_keeps_its_form(upgraded: Site) -> None:
    """The form that the old code opened is answered, and an automation starts the new code."""
    assert upgraded.left is not None
    assert (await upgraded.left.gates.form(COMPANY, limit=LIMIT)).run.id == upgraded.left.form.run.id
    await upgraded.finish(upgraded.left, upgraded.left.form)
    assert "AUTOMATION" in await upgraded.who_started(upgraded.left)


async def test_the_bootstrap_reports_the_new_code(upgraded: Site) -> None:
    """The bootstrap reports exactly the changed text of a deployment; another commit may differ in more."""
    outputs = upgraded.administrator.outputs["Start"].splitlines()
    changed = [line for line in outputs if ": changed" in line]
    if OLD_COMMIT is None:
        assert changed == ["deployment register-batch/register-batch: changed description"]
    else:
        assert any(line.startswith("deployment register-batch/register-batch: changed") for line in changed)


async def test_a_killed_worker_is_back_and_its_batch_goes_on(upgraded: Site) -> None:
    """After the five seconds of the unit; its flow processes had died with it."""
    batch = await upgraded.waiting()
    units, before = upgraded.machine.units, upgraded.machine.units.pid(WORKER)
    os.kill(before, signal.SIGKILL)

    async def back() -> bool:
        return units.pid(WORKER) != before

    await eventually(back, "the worker is started again", LIMIT)
    await upgraded.finish(batch, await upgraded.another_form(batch, batch.form))
