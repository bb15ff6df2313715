"""A gate's form, read from the JSON schema that its paused run stores."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]
_DETAILS, _CONTACT = "_details", "_contact"


class DemoError(Exception):
    """The demo cannot go on; the message has the observed and the expected state."""


@dataclass(frozen=True)
class Question:
    """One restaurant's drop-down; `has_details` if the form has a section below it, `evidence` is Markdown."""

    field: str
    title: str
    evidence: str
    labels: tuple[str, ...]
    preset: str
    has_details: bool

    @property
    def details_field(self) -> str:
        """Name of the field for the values of the section."""
        return f"{self.field}{_DETAILS}"


def read_form(schema: Schema) -> tuple[Question, ...]:
    """The questions of a form in its order, without the fields that concern no single restaurant."""
    return tuple(_questions(schema))


def _questions(schema: Schema) -> Iterator[Question]:
    properties = _in_order(schema)
    for name, field in properties.items():
        labels = _labels(field)
        if not labels or name.endswith(_CONTACT):
            continue
        yield Question(
            field=name,
            title=field["title"],
            evidence=field.get("description") or "",
            labels=labels,
            preset=field["default"],
            has_details=f"{name}{_DETAILS}" in properties,
        )


def _in_order(schema: Schema) -> Mapping[str, Schema]:
    """The fields as the UI sorts them."""
    return dict(sorted(schema["properties"].items(), key=lambda item: item[1]["position"]))


def _labels(field: Schema) -> tuple[str, ...]:
    return tuple(field["enum"]) if "enum" in field else tuple(filter(None, [field.get("const")]))
