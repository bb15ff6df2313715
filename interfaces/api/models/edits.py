"""Edits of a restaurant: the fields that the original's client saves, and our own."""

from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import Field, JsonValue

from interfaces.api.models.base import Answer, WithReason
from interfaces.api.models.restaurants import Restaurant
from registration.leads.hours.reading import read_stated_hours
from registration.operations.edit_restaurant import EDITABLE_IMAGES
from registration.restaurants.models import ImageName
from registration.workflow.steps import GateName

_Text = Annotated[str | None, Field(max_length=2000)]
_IGNORED: Final = ("user_password_hint", "subdomain")
_NOTHING: Final = ("", [], {})


class EditAsked(WithReason):
    """The fields to change. A field that is left out or empty stays, null empties it: the original's client sends all
    fields on every save, empty ones among them. An image is an address from which it is fetched; null removes it.
    """

    name: _Text = None
    address: _Text = None
    city: _Text = None
    phone: _Text = None
    email: _Text = None
    user_email: _Text = None
    contact_name: _Text = None
    contact_email: _Text = None
    contact_phone: _Text = None
    website_url: _Text = None
    ubereats_url: _Text = None
    doordash_url: _Text = None
    cuisine: Annotated[list[_Text], Field(max_length=50)] | None = None
    opening_hours: JsonValue = None
    theme: _Text = None
    primary_color: _Text = None
    secondary_color: _Text = None
    external_id: _Text = None
    user_password_hint: _Text = Field(default=None, description="Not taken: this system makes the passwords.")
    subdomain: _Text = Field(default=None, description="Not taken: the platform makes it.")
    website_og_image: _Text = None
    ubereats_og_image: _Text = None
    doordash_og_image: _Text = None
    facebook_cover_image: _Text = None
    logo_url: _Text = None

    @property
    def _sent(self) -> dict[str, Any]:
        sent = {name: getattr(self, name) for name in self.model_fields_set if name != "why"}
        return {name: value for name, value in sent.items() if value not in _NOTHING}

    @property
    def ignored(self) -> list[str]:
        """The fields that were filled in and are not taken."""
        return [name for name in _IGNORED if self._sent.get(name)]

    def fields(self) -> dict[str, Any]:
        """The fields to change, as an edit reads them. Raises ValueError for hours of which a day cannot be read."""
        taken = {name: value for name, value in self._sent.items() if name not in (*EDITABLE_IMAGES, *_IGNORED)}
        hours = taken.get("opening_hours")
        if isinstance(hours, list | dict):
            taken["opening_hours"] = [one.model_dump(mode="json") for one in read_stated_hours(hours)]
        return taken

    @property
    def images(self) -> dict[ImageName, str | None]:
        """The addresses of the images to replace; None for one to remove."""
        return {ImageName(name): value for name, value in self._sent.items() if name in EDITABLE_IMAGES}


class RestaurantEdited(Answer):
    """The restaurant as it is now. An open question that depends on a change is asked anew."""

    restaurant: Restaurant
    message: str
    changed: list[str]
    ignored: list[str]
    asked_anew: GateName | None
    batch_id: UUID | None
    worked_on: bool
