"""What can be chosen for a restaurant's website: images, layout, and colours that follow the brand or are given."""

from enum import StrEnum
from typing import Generic, Self, TypeVar

from pydantic import model_validator

from registration.kit.values import Colour, Value


class HeaderImageSource(StrEnum):
    """Columns of the restaurant that can hold the header image, best first."""

    WEBSITE_OG_IMAGE = "website_og_image"
    FACEBOOK_COVER_IMAGE = "facebook_cover_image"
    UBEREATS_OG_IMAGE = "ubereats_og_image"
    DOORDASH_OG_IMAGE = "doordash_og_image"


class ItemLayout(StrEnum):
    """How dishes are laid out."""

    LIST = "list"
    CARD = "card"


class Tint(StrEnum):
    """How a logo is tinted; a custom tint carries its colour."""

    NONE = "none"
    WHITE = "white"
    BLACK = "black"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    CUSTOM = "custom"


class TextColour(StrEnum):
    """The colour of a text; a custom one carries its colour."""

    WHITE = "white"
    BLACK = "black"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    CUSTOM = "custom"


Choice = TypeVar("Choice", Tint, TextColour)

_FIXED: dict[str, str | None] = {"none": None, "white": "#ffffff", "black": "#000000"}


class _ColourChoice(Value, Generic[Choice]):
    """A choice by name, with its colour if it is custom. A plain text works too: "white" or "#ff8800"."""

    choice: Choice
    colour: Colour | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return {"choice": "custom", "colour": value} if value.startswith("#") else {"choice": value}

    @model_validator(mode="after")
    def _colour_only_with_custom(self) -> Self:
        if self.choice == "custom" and self.colour is None:
            raise ValueError("custom needs its colour, as #ff8800")
        if self.choice != "custom" and self.colour is not None:
            raise ValueError(f"{self.choice} takes no colour; choose custom to use {self.colour}")
        return self

    def resolve(self, primary: str | None, secondary: str | None) -> str | None:
        """The #rrggbb that is meant; None for no tint, or if the brand colour is not known."""
        brand = {"primary": primary, "secondary": secondary, "custom": self.colour}
        return _FIXED[self.choice] if self.choice in _FIXED else brand[self.choice]


class LogoTint(_ColourChoice[Tint]):
    """The tint of a logo on one kind of background."""

    choice: Tint = Tint.NONE


class TextColourChoice(_ColourChoice[TextColour]):
    """The colour of the navigation or card text."""


TEXT_COLOURS = ("nav_text_color", "card_text_color")
