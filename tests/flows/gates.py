"""Answering gates from outside, as a person does in the Prefect UI: read the form's schema, fill it in, resume."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.responses import SetStateStatus
from prefect.exceptions import PrefectHTTPStatusError

from tests.flows.records import Records
from tests.waiting import HANG, eventually

COMPANY, CONFIG, TAGS = "company-selection", "yolo-config", "item-tags"


@dataclass(frozen=True)
class Form:
    """An open form: the paused run and the fields that it shows."""

    run: FlowRun
    schema: dict[str, Any]

    @property
    def fields(self) -> dict[str, dict[str, Any]]:
        """All fields by name."""
        return self.schema["properties"]

    @property
    def restaurants(self) -> dict[str, str]:
        """The name of the drop-down of each restaurant, by the restaurant's name."""
        shown = {name: self.fields[name]["title"] for name in self.fields if name.startswith("restaurant_")}
        return {
            title.split(" (")[0]: name for name, title in shown.items() if not name.endswith(("_details", "_contact"))
        }

    def choices(self, restaurant: str) -> list[str]:
        """The options in the drop-down of a restaurant."""
        shown = self.fields[self.restaurants[restaurant]]
        return shown.get("enum") or [shown["const"]]

    def preset(self, restaurant: str) -> str:
        """The preselected option."""
        return self.fields[self.restaurants[restaurant]]["default"]

    def evidence(self, restaurant: str) -> str:
        """The evidence about a restaurant, without the escapes of Markdown."""
        return self.fields[self.restaurants[restaurant]]["description"].replace("\\", "")

    def section(self, restaurant: str, **changed: object) -> dict[str, Any]:
        """The details of a restaurant as shown, with these fields changed."""
        shown = self.schema["definitions"][f"Details_{self.restaurants[restaurant]}"]["properties"]
        return {name: field.get("default") for name, field in shown.items()} | changed

    def filled(self, answers: dict[str, str], details: dict[str, dict[str, Any]] | None = None) -> dict[str, Any]:
        """The input that answers these restaurants and leaves out the others."""
        chosen = {self.restaurants[restaurant]: label for restaurant, label in answers.items()}
        sections = {f"{self.restaurants[one]}_details": section for one, section in (details or {}).items()}
        return {"decided_by": "Mere Walker", **chosen, **sections}

    def as_proposed(self) -> dict[str, Any]:
        """The input of a person who changes nothing."""
        return self.filled({restaurant: self.preset(restaurant) for restaurant in self.restaurants})


@dataclass(frozen=True)
class Gates:
    """The gates of one batch.

    With `records`, the server is asked for a form only once its round is in the registration database, which is five
    times faster to query.
    """

    client: PrefectClient
    batch_id: UUID
    records: Records | None = None

    async def form(self, gate: str, *restaurants: str, limit: float = HANG) -> Form:
        """The open form of a gate, once it contains all of these restaurants, or any restaurant if none is named."""

        async def shown() -> Form | None:
            found = await self._open(gate) if await self._has_round(gate, set(restaurants)) else None
            return found if found and set(restaurants) <= set(found.restaurants) else None

        return await eventually(shown, f"{gate} asks for {', '.join(restaurants) or 'somebody'}", limit)

    async def submit(self, form: Form, filled: dict[str, Any]) -> str | None:
        """Press Resume; returns the reason of a refusal, None if the answer was accepted."""
        result = await self.client.resume_flow_run(form.run.id, run_input=filled)
        if result.status is SetStateStatus.ACCEPT:
            return None
        return str(getattr(result.details, "reason", None) or result.status)

    async def answer(
        self, form: Form, answers: dict[str, str] | None = None, details: dict[str, dict[str, Any]] | None = None
    ) -> None:
        """Answer some of the restaurants, or all as proposed; the server must accept the form."""
        filled = form.as_proposed() if answers is None else form.filled(answers, details)
        assert await self.submit(form, filled) is None

    async def answer_each(self, gate: str, answers: dict[str, str | None]) -> None:
        """Answer each restaurant as soon as a form contains it, in as many rounds as necessary; None is "as
        proposed".
        """
        left = dict(answers)
        while left:
            form = await self.form(gate)
            here = [restaurant for restaurant in left if restaurant in form.restaurants]
            await self.answer(form, {one: left.pop(one) or form.preset(one) for one in here})

    async def open_runs(self, *gates: str) -> list[FlowRun]:
        """The runs of these gates, or of all gates, that wait for an answer."""
        return await self.client.read_flow_runs(
            flow_filter=FlowFilter(name=FlowFilterName(any_=[*(gates or (COMPANY, CONFIG, TAGS))])),
            flow_run_filter=FlowRunFilter(
                tags=FlowRunFilterTags(all_=[str(self.batch_id)]),
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.PAUSED])),
            ),
        )

    async def _has_round(self, gate: str, restaurants: set[str]) -> bool:
        if self.records is None:
            return True
        rounds = await self.records.query(
            "select shown from registration_gate_rounds where batch_job_id = %(batch)s and gate = %(gate)s"
            " and closed_at is null",
            batch=self.batch_id,
            gate=gate,
        )
        asked = [{one["title"].split(" (")[0] for one in round_["shown"]["questions"]} for round_ in rounds]
        return any(restaurants <= titles for titles in asked)

    async def _open(self, gate: str) -> Form | None:
        for run in await self.open_runs(gate):
            assert run.state is not None
            keys = run.state.state_details.run_input_keyset
            if keys is None:
                continue
            try:
                return Form(run, json.loads(await self.client.read_flow_run_input(run.id, keys["schema"])))
            except PrefectHTTPStatusError:  # Prefect stores the state a moment before the schema
                return None
        return None
