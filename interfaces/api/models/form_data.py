"""The configuration in the form of the original's client, and the part of a configuration that it stands for.

The form is always whole. Its passwords, mode and choices of logos mean nothing here: this system makes and keeps the
passwords, the mode follows from the account, and the platform takes its own logos.
"""

from typing import Annotated, Any, Final

from pydantic import ConfigDict, Field, JsonValue, StrictBool
from pydantic.alias_generators import to_camel

from interfaces.api.models.base import Asked
from registration.configuration.website import HeaderImageSource, ItemLayout
from registration.kit.values import Blank
from registration.leads.hours.reading import read_stated_hours
from registration.restaurants.models import Theme

_Text = Annotated[str, Field(max_length=1000)]
_LEFT_OUT: Final = {
    "account": ("password",),
    "restaurant": ("registrationMode", "subdomain"),
    "website": ("headerLogoSource", "navLogoSource", "faviconSource"),
    "onboarding": ("userPassword",),
}


class _Section(Asked):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)


class AccountForm(_Section):
    """The account; a password is not taken."""

    register_new_user: StrictBool = True
    email: _Text = ""
    password: _Text = ""
    phone: _Text = ""


class RestaurantForm(Asked):
    """The restaurant; its hours as a list, an object by day, or a text."""

    registrationMode: _Text = ""  # noqa: N815 (the field of the original's form)
    name: _Text = ""
    phone: _Text = ""
    address: _Text = ""
    city: _Text = ""
    subdomain: _Text = ""
    opening_hours: JsonValue = None


class MenuForm(_Section):
    """The menu, and what is made of it."""

    selected_menu_id: _Text = ""
    upload_images: StrictBool = True
    add_option_sets: StrictBool = True
    add_item_tags: StrictBool = True


class WebsiteForm(_Section):
    """The look of the website."""

    theme: Theme = Theme.DARK
    cuisines: Annotated[list[_Text], Field(max_length=50)] = []
    primary_color: _Text = ""
    secondary_color: _Text = ""
    disable_gradients: StrictBool = False
    configure_header: StrictBool = False
    header_image_source: Blank[HeaderImageSource] = None
    header_logo_source: _Text = ""
    header_logo_dark_tint: _Text = "none"
    header_logo_light_tint: _Text = "none"
    nav_logo_source: _Text = ""
    nav_logo_dark_tint: _Text = "none"
    nav_logo_light_tint: _Text = "none"
    nav_text_color: _Text = "white"
    nav_text_custom_color: _Text = ""
    card_text_color: _Text = "white"
    card_text_custom_color: _Text = ""
    favicon_source: _Text = ""
    item_layout: ItemLayout = ItemLayout.CARD

    @property
    def config(self) -> dict[str, Any]:
        """The section of the website; a custom colour of a text stands beside its choice."""
        same = ("disable_gradients", "configure_header", "header_image_source", "item_layout", "theme")
        tints = ("header_logo_dark_tint", "header_logo_light_tint", "nav_logo_dark_tint", "nav_logo_light_tint")
        return {
            **{name: getattr(self, name) for name in (*same, *tints)},
            "cuisines": [one for one in self.cuisines if one.strip()],
            "primary_color": self.primary_color,
            "secondary_color": self.secondary_color,
            "nav_text_color": _text_colour(self.nav_text_color, self.nav_text_custom_color),
            "card_text_color": _text_colour(self.card_text_color, self.card_text_custom_color),
        }


class PaymentForm(_Section):
    """How payments are set up."""

    include_stripe_link: StrictBool = False


class OnboardingForm(_Section):
    """The onboarding user; a password is not taken."""

    create_onboarding_user: StrictBool = True
    sync_onboarding_record: StrictBool = True
    user_name: _Text = ""
    user_email: _Text = ""
    user_password: _Text = ""


class FormData(Asked):
    """One restaurant's form."""

    account: AccountForm
    restaurant: RestaurantForm
    menu: MenuForm
    website: WebsiteForm
    payment: PaymentForm = PaymentForm()
    onboarding: OnboardingForm = OnboardingForm()

    @property
    def ignored(self) -> list[str]:
        """The fields that were filled in and mean nothing here."""
        sent = self.model_dump(by_alias=True)
        return [
            f"{section}.{name}" for section, names in _LEFT_OUT.items() for name in names if sent[section].get(name)
        ]

    def config(self) -> dict[str, Any]:
        """The part of a configuration that is laid over the proposal. Raises ValueError if a day cannot be read.

        What the form switches on stays as proposed: the client switches everything on, also what the organisation may
        not use. Hours that are left empty stay as proposed, too.
        """
        hours = self.restaurant.opening_hours
        read = {"opening_hours": _read_hours(hours)} if hours else {}
        restaurant = {name: getattr(self.restaurant, name) for name in ("name", "address", "city", "phone")}
        return {
            "account": {"email": self.account.email, "phone": self.account.phone},
            "restaurant": restaurant | read,
            "menu": {"selected_menu_id": self.menu.selected_menu_id.strip() or None},
            "website": self.website.config,
            "payment": {"include_stripe_link": self.payment.include_stripe_link},
            "onboarding": {"user_name": self.onboarding.user_name, "user_email": self.onboarding.user_email},
            "steps_enabled": self._switched_off(),
        }

    def _switched_off(self) -> dict[str, bool]:
        switches = {
            "cloudwaitressAccount": self.account.register_new_user,
            "uploadImages": self.menu.upload_images,
            "optionSets": self.menu.add_option_sets,
            "itemTags": self.menu.add_item_tags,
            "createOnboardingUser": self.onboarding.create_onboarding_user,
            "syncOnboardingUser": self.onboarding.sync_onboarding_record,
        }
        return {name: False for name, on in switches.items() if not on}


def _text_colour(choice: str, custom: str) -> dict[str, Any]:
    return {"choice": choice, "colour": custom.strip() or None} if choice == "custom" else {"choice": choice}


def _read_hours(hours: JsonValue) -> list[dict[str, Any]]:
    return [one.model_dump(mode="json") for one in read_stated_hours(hours)]
