"""Parameters of the flows: the quick-run forms of the Prefect UI, and what clients may send instead."""

from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from registration.batches.models import MOST_AT_ONCE, BatchOptions
from registration.batches.opening import batch_options
from registration.kit.values import MOST_CHARACTERS, Line, parse_ids
from registration.leads.models import AddressSource

MOST_BATCHES = 20

_ID = "5f0c8d3e-6a51-4b0e-9d0e-3f1f0c7a2b11"
_TEXT = WithJsonSchema({"type": "string"})


class Then(StrEnum):
    """What happens to the restaurants that the leads became."""

    ONLY_CONVERT = "only convert"
    OPEN_BATCH = "open a batch"
    START_BATCH = "open a batch and start it"


def _titled(title: str, **extra: Any) -> Any:
    return Field(json_schema_extra={"title": title, **extra})


def _stripped(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


Leads = Annotated[str | list[UUID], _TEXT, _titled("Leads", examples=[_ID])]
ScrapeJob = Annotated[UUID | Literal[""], BeforeValidator(_stripped), _TEXT, _titled("Or a scrape job", examples=[_ID])]
Address = Annotated[AddressSource, _titled("Address")]
AndThen = Annotated[Then, _titled("And then")]
ExtractionsExecuted = Annotated[bool, _titled("Extractions run already")]
By = Annotated[Line, _titled("Your name", examples=["Mere Ngata"])]
BatchesANight = Annotated[int, Field(ge=1, le=MOST_BATCHES), _titled("Batches a night", examples=[1])]
Start = Annotated[bool, _titled("Start at once")]


def parse_leads(leads: Leads) -> tuple[UUID, ...] | None:
    """The pasted or sent ids; None if the field is empty. Raises Refused for text that is no id."""
    return (parse_ids(leads, of="lead") if isinstance(leads, str) else tuple(leads)) or None


def _option(position: int, title: str, description: str, **rules: Any) -> Any:
    return Field(title=title, description=description, json_schema_extra={"position": position}, **rules)


class QuickRunOptions(BaseModel):
    """For a new batch only; every option may keep its default."""

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
        """The options as the pipeline takes them: empty and 0 become None. Raises Refused for an invalid name."""
        values = self.model_dump() | {"name": self.name.strip() or None, "max_parallel": self.max_parallel or None}
        return batch_options(**values)


Organisation = Annotated[UUID, _titled("Organisation")]
Restaurants = Annotated[str | list[UUID], _TEXT, _titled("Restaurants")]
ExistingBatch = Annotated[UUID | Literal[""], BeforeValidator(_stripped), _TEXT, _titled("Existing batch")]
Options = Annotated[QuickRunOptions, _titled("Options")]
NO_OPTIONS = QuickRunOptions()


def parse_restaurants(restaurants: Restaurants) -> tuple[UUID, ...] | None:
    """The pasted or sent ids; None if the field is empty. Raises Refused for text that is no id."""
    if isinstance(restaurants, str):
        return parse_ids(restaurants) or None
    return tuple(restaurants)
