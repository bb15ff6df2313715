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
HOURS: Final = "opening_hours"
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
    week: tuple[tuple[str, str], ...] = ()
    """The days with their times, under the opening hours."""


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
            _week(config) if config and field.name == HOURS else (),
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
    closed = ", ".join(day for day, times in _week(config) if not times)
    notes = {HOURS: f"{format_opening_hours(hours)}{closed and f'; closed {closed}'}"} if hours else {}
    for name in TEXT_COLOURS:
        colour = website.hex_of(getattr(website, name))
        if colour and website.primary_color:
            ratio = contrast(colour, website.primary_color)
            hard = "" if ratio >= _READABLE else ", hard to read"
            notes[name] = f"contrast on the primary colour {ratio:.1f} : 1{hard}"
    return notes


def _week(config: YoloConfig) -> tuple[tuple[str, str], ...]:
    """The seven days with their times, empty for a closed one."""
    entries = config.restaurant.opening_hours
    times = {day: [f"{one.hours.open}-{one.hours.close}" for one in entries if one.day is day] for day in Day}
    return tuple((day[:3], ", ".join(spans)) for day, spans in times.items())


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
