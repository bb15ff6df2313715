"""The parameters of register-batch: what the UI shows of them, and what clients may send."""

from typing import Any
from uuid import UUID

import pytest
from prefect.utilities.callables import parameter_schema
from pydantic import ValidationError

from flows.parameters import QuickRunOptions, parse_restaurants
from flows.register_batch import register_batch

A, B = UUID(int=1), UUID(int=2)


@pytest.fixture
def schema() -> dict[str, Any]:
    """The JSON schema of the form."""
    return parameter_schema(register_batch.fn).model_dump_for_openapi()


def test_every_field_has_a_title_and_a_text(schema: dict[str, Any]) -> None:
    """In a useful order; only the organisation is required."""
    shown = sorted(schema["properties"].items(), key=lambda item: item[1]["position"])
    assert [name for name, _ in shown] == ["organisation_id", "restaurant_ids", "batch_id", "options"]
    assert [field.get("title", "Options") for _, field in shown] == [
        "Organisation",
        "Restaurants",
        "Existing batch",
        "Options",
    ]
    options = schema["definitions"]["QuickRunOptions"]
    assert all("description" in field for name, field in shown if name != "options")
    assert all({"title", "description"} <= set(field) for field in options["properties"].values())
    assert schema["required"] == ["organisation_id"]


def test_no_field_is_a_type_switch(schema: dict[str, Any]) -> None:
    """The UI would show a type switch for every union of types."""
    assert "anyOf" not in str(schema)
    assert "null" not in str(schema).lower()


@pytest.mark.parametrize("given,ids", [("", None), (" \n", None), (f"{A}\n{B}", (A, B)), ([A, B], (A, B)), ([], ())])
def test_restaurants_are_pasted_or_sent_as_a_list(given: str | list[UUID], ids: tuple[UUID, ...] | None) -> None:
    """An empty list is a batch without restaurants, an empty text is no value."""
    assert parse_restaurants(given) == ids


def test_default_options_are_none() -> None:
    """An empty name is the default name, 0 means no limit."""
    plain = QuickRunOptions().batch_options()
    assert (plain.name, plain.max_parallel, plain.failure_threshold) == (None, None, 0.5)
    said = QuickRunOptions(name=" Monday ", max_parallel=2).batch_options()
    assert (said.name, said.max_parallel) == ("Monday", 2)
    with pytest.raises(ValidationError):
        QuickRunOptions(max_parallel=-1)
