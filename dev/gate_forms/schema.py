"""A gate's form, read from the JSON schema that its paused run stores."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]
_DETAILS = "_details"


@dataclass(frozen=True)
class Detail:
    """One field of a restaurant's own section; `labels` is empty for free text, `shown` is what it holds at first."""

    name: str
    title: str
    description: str
    labels: tuple[str, ...]
    shown: str | bool | tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """One restaurant's drop-down, and the section below it if details are asked for; `evidence` is Markdown."""

    field: str
    title: str
    evidence: str
    labels: tuple[str, ...]
    preset: str
    details: tuple[Detail, ...]

    @property
    def details_field(self) -> str:
        """Where the section's values go."""
        return f"{self.field}{_DETAILS}"


def read_form(schema: Schema) -> tuple[Question, ...]:
    """The questions of a form in its order; fields that are about no single restaurant are not among them."""
    return tuple(_questions(schema))


def _questions(schema: Schema) -> Iterator[Question]:
    properties = _in_order(schema)
    for name, field in properties.items():
        labels = _labels(field)
        if not labels:
            continue
        section = properties.get(f"{name}{_DETAILS}")
        yield Question(
            field=name,
            title=field["title"],
            evidence=field.get("description") or "",
            labels=labels,
            preset=field["default"],
            details=tuple(_details(_resolve(schema, section))) if section else (),
        )


def _details(section: Schema) -> Iterator[Detail]:
    for name, field in _in_order(section).items():
        shown = field["default"]
        yield Detail(
            name=name,
            title=field["title"],
            description=field.get("description") or "",
            labels=_labels(field) or _labels(field.get("items", {})),
            shown=tuple(shown) if isinstance(shown, list) else shown,
        )


def _in_order(schema: Schema) -> Mapping[str, Schema]:
    """The fields as the UI sorts them."""
    return dict(sorted(schema["properties"].items(), key=lambda item: item[1]["position"]))


def _labels(field: Schema) -> tuple[str, ...]:
    return tuple(field["enum"]) if "enum" in field else tuple(filter(None, [field.get("const")]))


def _resolve(schema: Schema, field: Schema) -> Schema:
    found: Any = schema
    for part in field["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return found
