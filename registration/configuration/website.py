"""The choices for a restaurant's website: images, layout, and colours of the brand or custom ones."""

from enum import StrEnum
from typing import Generic, Self, TypeVar

from pydantic import model_validator

from registration.kit.values import Colour, Value

_FIXED: dict[str, str | None] = {"none": None, "white": "#ffffff", "black": "#000000"}
TEXT_COLOURS = ("nav_text_color", "card_text_color")


class HeaderImageSource(StrEnum):
    """The columns of the restaurant that may contain the header image, best first."""

    WEBSITE_OG_IMAGE = "website_og_image"
    FACEBOOK_COVER_IMAGE = "facebook_cover_image"
    UBEREATS_OG_IMAGE = "ubereats_og_image"
    DOORDASH_OG_IMAGE = "doordash_og_image"


class ItemLayout(StrEnum):
    """The layout of the dishes."""

    LIST = "list"
    CARD = "card"


class Tint(StrEnum):
    """The tint of a logo; a custom tint has its own colour."""

    NONE = "none"
    WHITE = "white"
    BLACK = "black"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    CUSTOM = "custom"


class TextColour(StrEnum):
    """The colour of a text; a custom one has its own colour."""

    WHITE = "white"
    BLACK = "black"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    CUSTOM = "custom"


Choice = TypeVar("Choice", Tint, TextColour)


class _ColourChoice(Value, Generic[Choice]):
    """A choice by name, with its colour if it is custom. A plain text is accepted too: "white" or "#ff8800"."""

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
        """The chosen colour as #rrggbb; None for no tint, or if the brand colour is not known."""
        brand = {"primary": primary, "secondary": secondary, "custom": self.colour}
        return _FIXED[self.choice] if self.choice in _FIXED else brand[self.choice]


class LogoTint(_ColourChoice[Tint]):
    """The tint of a logo on one kind of background."""

    choice: Tint = Tint.NONE


class TextColourChoice(_ColourChoice[TextColour]):
    """The colour of the navigation or card text."""
