"""Objects for tests of the sandbox."""

from typing import Any
from uuid import UUID

from dev.sandbox.rows import Restaurant


def make_restaurant(**overrides: Any) -> Restaurant:
    """A restaurant as the platform reads it, with the required values only."""
    values: dict[str, Any] = dict.fromkeys(Restaurant.model_fields)
    values |= {"id": UUID(int=7), "organisation_id": UUID(int=1), "name": "Test Kitchen"}
    return Restaurant(**(values | overrides))
