"""What stands under each field of the editor: where its value comes from, and what is wrong with it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from interfaces.console.pages.configuration.changes import FIELDS
from registration.configuration.models import YoloConfig
from registration.configuration.preflight import Obstacle
from registration.configuration.website import TEXT_COLOURS
from registration.gates.questions.sections import section_field
from registration.kit.opening_hours import Day
from registration.kit.opening_hours_text import format_opening_hours

TYPED: Final = "typed"
_READABLE: Final = 4.5
"""The contrast from which text of the usual size is readable, by WCAG 2."""
_WEIGHTS: Final = (0.2126, 0.7152, 0.0722)
"""How bright red, green and blue are to the eye."""
_DARK: Final = 0.04045
_FLARE: Final = 0.05


@dataclass(frozen=True)
class Said:
    """What stands under a field: where its value comes from, what is wrong with it, and what follows from it."""

    name: str
    origin: str
    wrong: str = ""
    note: str = ""


def said_of(
    origins: Mapping[str, str],
    typed: Iterable[str],
    wrong: Mapping[str, str],
    obstacles: Sequence[Obstacle],
    config: YoloConfig | None,
) -> tuple[dict[str, Said], tuple[str, ...]]:
    """What stands under each field, and the obstacles that no field explains."""
    found = dict(wrong)
    for obstacle in obstacles:
        found.setdefault(section_field(obstacle.field), obstacle.text)
    changed, notes = set(typed), _notes(config) if config else {}
    said = {
        field.name: Said(
            field.name,
            TYPED if field.name in changed else origins.get(field.name, "missing"),
            found.get(field.name, ""),
            notes.get(field.name, ""),
        )
        for field in FIELDS
    }
    texts = {reason for name, reason in found.items() if name in said}
    others = [found[""]] if "" in found else []
    others += [obstacle.text for obstacle in obstacles if obstacle.text not in texts]
    return said, tuple(dict.fromkeys(others))


def _notes(config: YoloConfig) -> dict[str, str]:
    """What follows from values: the week as it was read, and contrasts."""
    website, hours = config.website, config.restaurant.opening_hours
    closed = [day[:3] for day in Day if day not in {entry.day for entry in hours}]
    notes = {"opening_hours": f"{format_opening_hours(hours)}{_closed(closed)}"} if hours else {}
    for name in TEXT_COLOURS:
        colour = website.hex_of(getattr(website, name))
        if colour and website.primary_color:
            ratio = contrast(colour, website.primary_color)
            hard = "" if ratio >= _READABLE else ", hard to read"
            notes[name] = f"contrast on the primary colour {ratio:.1f} : 1{hard}"
    return notes


def _closed(days: Sequence[str]) -> str:
    return f"; closed {', '.join(days)}" if days else ""


def contrast(one: str, other: str) -> float:
    """The contrast of two colours that are written #rrggbb."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + _FLARE) / (darker + _FLARE)


def luminance(colour: str) -> float:
    """How bright a colour is: 0 for black, 1 for white."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return sum(weight * _linear(channel) for weight, channel in zip(_WEIGHTS, channels, strict=True))


def _linear(channel: float) -> float:
    """The amount of light of a channel that is stored for screens."""
    return channel / 12.92 if channel <= _DARK else ((channel + 0.055) / 1.055) ** 2.4
