"""An operator's day with twelve restaurants, with a picture of each screen."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId

from dev.demo.script import Role, scripted_input
from dev.gate_forms.client import GateForms, OpenGate
from dev.prefect_ui.operator import Operator
from dev.screenshots.album import Album
from registration.gates.questions.company import SEARCH_AGAIN
from registration.gates.questions.config import CHANGE
from tasks.batch_runs import deployment_of_batches

COMPANIES, CONFIGS = "Company selection", "Yolo config"
_LIMIT, _PAUSE = 300.0, 0.5


@dataclass(frozen=True)
class Story:
    """Forms are opened in the UI and answered as in the demo's script; `roles` by the titles of the forms, `resolve`
    answers the effects that only a person can judge.
    """

    operator: Operator
    album: Album
    client: PrefectClient
    roles: Mapping[str, Role]
    resolve: Callable[[], Awaitable[None]]

    async def start(self, organisation_id: UUID, restaurant_ids: tuple[UUID, ...]) -> UUID:
        """Paste the ids into the form of the quick run; return the run that was started."""
        deployment_id = await deployment_of_batches(self.client)
        form = await self.operator.quick_run(deployment_id)
        await form.write("Organisation", str(organisation_id))
        await form.write("Restaurants", "\n".join(map(str, restaurant_ids)))
        await self.album.take("quick-run")
        if refused := await form.submit():
            raise AssertionError(f"the quick run was refused: {refused}")
        ours = DeploymentFilter(id=DeploymentFilterId(any_=[deployment_id]))
        [run] = await self.client.read_flow_runs(deployment_filter=ours)
        return run.id

    async def choose_companies(self) -> None:
        """Select the companies; one restaurant is searched again, so that a picture shows its section."""
        gate = await self._gate(COMPANIES)
        await self.operator.gates()
        await self.album.take("runs")
        form = await self.operator.open_gate(COMPANIES)
        evidence = await form.part.get_by_role("link", name="the evidence").get_attribute("href")
        await self.album.take("company-gate")
        await self.operator.page.goto(evidence or "")
        await self.album.take("evidence")
        await self._answer(gate, {gate.questions[0].field: SEARCH_AGAIN})

        gate = await self._gate(COMPANIES, but=gate)
        form = await self.operator.open_gate(COMPANIES, "round 2")
        await form.section(f"{gate.questions[0].title}: details").part.scroll_into_view_if_needed()
        await self.album.take("company-details")
        await self._answer(gate, {})

    async def confirm_configurations(self) -> None:
        """Confirm the configurations; one is changed, so that a picture shows its section."""
        gate = await self._gate(CONFIGS)
        form = await self.operator.open_gate(CONFIGS)
        await form.field(gate.questions[0].title).scroll_into_view_if_needed()
        await self.album.take("config-gate")
        await self._answer(gate, {gate.questions[0].field: CHANGE})

        changed = gate.questions[0].title
        gate = await self._gate(CONFIGS, but=gate)
        form = await self.operator.open_gate(CONFIGS, "round 2")
        await form.section(f"{changed}: details").part.evaluate("section => section.scrollIntoView()")
        await self.album.take("config-details")
        await self._answer(gate, {})

    async def watch(self, run_id: UUID) -> None:
        """Take pictures of the batch during step 6, and of its artifacts."""
        await self.operator.go(f"/runs/flow-run/{run_id}")
        await self.album.take("batch")
        await self.operator.open_artifact(run_id, "table")
        await self.album.take("table")
        async with asyncio.timeout(_LIMIT):
            while not await self._ended(run_id):
                for gate in await GateForms(self.client).open_gates():
                    await self._answer(gate, {})
                await self.resolve()
                await asyncio.sleep(_PAUSE)
        await self.operator.open_artifact(run_id, "markdown")
        await self.album.take("summary")

    async def _gate(self, name: str, but: OpenGate | None = None) -> OpenGate:
        """The gate that waits now, with a form other than `but`."""
        async with asyncio.timeout(_LIMIT):
            while True:
                for gate in await GateForms(self.client).open_gates():
                    if gate.name.startswith(name) and gate != but:
                        return gate
                await asyncio.sleep(_PAUSE)

    async def _answer(self, gate: OpenGate, instead: Mapping[str, object]) -> None:
        await GateForms(self.client).answer(gate, scripted_input(gate.questions, self.roles) | dict(instead))

    async def _ended(self, run_id: UUID) -> bool:
        state = (await self.client.read_flow_run(run_id)).state
        return state is not None and state.is_final()
