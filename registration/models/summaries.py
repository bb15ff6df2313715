"""The numbers of sub-steps that create many things: option sets and tags."""

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class Summary(BaseModel):
    """How many were to be created, how many were, how many could not be."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, validate_by_name=True, validate_by_alias=True)

    total: int = Field(ge=0)
    created: int = Field(ge=0)
    failed: int = Field(ge=0)

    def says(self, things: str) -> str | None:
        """The failure in numbers, if there is one."""
        if self.failed:
            return f"{self.failed} of {self.total} {things} failed ({self.created} created)"
        return f"{self.created} of {self.total} {things} were created" if self.created < self.total else None


class TagsSummary(Summary):
    """With the number of items that carry a tag now; None where nobody told."""

    items_assigned: int | None = Field(ge=0)
