"""The parameters of the flows that convert leads, as their quick-run forms show them; see quick_run for the how."""

from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, WithJsonSchema

from registration.models.lead import AddressSource
from registration.models.values import Line
from registration.pasted_ids import pasted_ids

MOST_BATCHES = 20

_ID = "5f0c8d3e-6a51-4b0e-9d0e-3f1f0c7a2b11"
_TEXT = WithJsonSchema({"type": "string"})


class Then(StrEnum):
    """What is done with the restaurants that the leads became."""

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


def chosen_leads(leads: Leads) -> tuple[UUID, ...] | None:
    """The ids that were pasted or sent, None if nothing was said. Raises Refused for what is no id."""
    return (pasted_ids(leads, of="lead") if isinstance(leads, str) else tuple(leads)) or None
