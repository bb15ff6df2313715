"""The parameters of register-batch: the form of the UI's quick run, and what a client may send as well.

Prefect takes a parameter's title from its schema's extras alone and its description from the docstring. A type that is
one of several, as `UUID | None`, becomes a type switch in the form, so what may stay empty is a text there.
"""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from registration.batches import batch_options
from registration.models.batch import MOST_AT_ONCE, BatchOptions
from registration.models.values import MOST_CHARACTERS
from registration.pasted_ids import pasted_ids

_TEXT = WithJsonSchema({"type": "string"})


def _stripped(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def _titled(title: str, **extra: Any) -> Any:
    return Field(json_schema_extra={"title": title, **extra})


def _option(position: int, title: str, description: str, **rules: Any) -> Any:
    return Field(title=title, description=description, json_schema_extra={"position": position}, **rules)


class QuickRunOptions(BaseModel):
    """For a new batch only; all of it may stay as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid", title="Options")

    name: str = _option(
        0,
        "Name",
        "What the batch is called. Empty: Batch DATE (N restaurants).",
        default="",
        max_length=MOST_CHARACTERS,
    )
    max_parallel: int = _option(
        1,
        "At once in step 6",
        "How many restaurants are set up at the same time; 0 is no limit.",
        default=0,
        ge=0,
        le=MOST_AT_ONCE,
    )
    failure_threshold: float = _option(
        2, "Failure threshold", "The batch stops when more than this share of it has failed.", default=0.5, gt=0, le=1
    )
    confirm_queries: bool = _option(
        3, "Confirm queries", "Ask for name, street and city before the first search of the register.", default=False
    )
    default_config: dict[str, Any] = _option(
        4,
        "Default configuration",
        'Laid over what the restaurants propose, as `{"website": {"theme": "dark"}}`.',
        default_factory=dict[str, Any],
    )

    def batch_options(self) -> BatchOptions:
        """The options in the pipeline's words: empty and 0 are none. Raises Refused for an invalid name."""
        said = self.model_dump() | {"name": self.name.strip() or None, "max_parallel": self.max_parallel or None}
        return batch_options(**said)


Organisation = Annotated[UUID, _titled("Organisation")]
Restaurants = Annotated[str | list[UUID], _TEXT, _titled("Restaurants")]
ExistingBatch = Annotated[UUID | Literal[""], BeforeValidator(_stripped), _TEXT, _titled("Existing batch")]
Options = Annotated[QuickRunOptions, _titled("Options")]
NO_OPTIONS = QuickRunOptions()


def chosen(restaurants: Restaurants) -> tuple[UUID, ...] | None:
    """The ids that were pasted or sent, None if nothing was said. Raises Refused for what is no id."""
    if isinstance(restaurants, str):
        return pasted_ids(restaurants) or None
    return tuple(restaurants)
