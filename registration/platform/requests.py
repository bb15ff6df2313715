"""The requests of the twelve sub-steps, with the bodies that the platform's routes expect."""

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import SecretStr

from registration.configuration.models import RestaurantSection, WebsiteSection

FilePaths = dict[str, str] | list[str]
_PASSWORD = frozenset({"password", "userPassword"})


@dataclass(frozen=True)
class PlatformRequest:
    """A request: `body` is sent as JSON; its fields named in `secrets` are never shown, logged or fingerprinted.

    `hidden` are secrets that the request does not contain, but that the platform uses and may repeat. Of a
    `long_answer` only the first member is read.
    """

    path: str
    body: dict[str, Any] = field(repr=False)
    secrets: frozenset[str] = frozenset()
    hidden: tuple[str, ...] = field(default=(), repr=False)
    long_answer: bool = False

    @property
    def public_body(self) -> dict[str, Any]:
        """The body without its secrets: it may be stored and shown."""
        return {name: value for name, value in self.body.items() if name not in self.secrets}

    @property
    def secret_values(self) -> tuple[str, ...]:
        """The values that must not appear in an error."""
        carried = (str(self.body[name]) for name in sorted(self.secrets) if self.body.get(name))
        return tuple(dict.fromkeys((*carried, *self.hidden)))

    @property
    def fingerprint(self) -> str:
        """SHA-256 in hex over path and canonical JSON of the public body: equal requests have equal fingerprints."""
        canonical = json.dumps([self.path, self.public_body], sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(canonical.encode()).hexdigest()


class RegistrationType(StrEnum):
    """What is created: the account, its first restaurant, or one more restaurant."""

    NEW_ACCOUNT_WITH_RESTAURANT = "new_account_with_restaurant"
    EXISTING_ACCOUNT_FIRST_RESTAURANT = "existing_account_first_restaurant"
    EXISTING_ACCOUNT_ADDITIONAL_RESTAURANT = "existing_account_additional_restaurant"


def _request(endpoint: str, restaurant_id: UUID, **fields: Any) -> PlatformRequest:
    body = {"restaurantId": str(restaurant_id), **fields}
    return PlatformRequest(f"/api/registration/{endpoint}", body, _PASSWORD & body.keys())


def register_account(restaurant_id: UUID, email: str, password: SecretStr, phone: str | None) -> PlatformRequest:
    """cloudwaitressAccount; `phone` as E.164."""
    secret = password.get_secret_value()
    return _request("register-account", restaurant_id, email=email, password=secret, phone=phone)


def generate_code_injections(restaurant_id: UUID, *, no_gradient: bool) -> PlatformRequest:
    """codeGeneration; the platform reads colours and theme from the restaurant's row."""
    return _request("generate-code-injections", restaurant_id, noGradient=no_gradient)


def create_onboarding_user(
    restaurant_id: UUID, user_name: str, user_email: str, password: SecretStr
) -> PlatformRequest:
    """createOnboardingUser, with the account's password."""
    secret = password.get_secret_value()
    fields = {"userName": user_name, "userEmail": user_email, "userPassword": secret}
    return _request("create-onboarding-user", restaurant_id, **fields)


def upload_images(menu_id: UUID) -> PlatformRequest:
    """uploadImages: the body is empty, the menu is in the path."""
    return PlatformRequest(f"/api/menus/{menu_id}/upload-images", {})


def register_restaurant(
    restaurant_id: UUID,
    registration_type: RegistrationType,
    email: str,
    password: SecretStr,
    restaurant: RestaurantSection,
) -> PlatformRequest:
    """restaurantRegistration, with e-mail and password of the account; the platform splits hours at midnight."""
    return _request(
        "register-restaurant",
        restaurant_id,
        registrationType=registration_type.value,
        email=email,
        password=password.get_secret_value(),
        restaurantName=restaurant.name,
        address=restaurant.address,
        phone=restaurant.phone,
        hours=[entry.model_dump(mode="json") for entry in restaurant.opening_hours],
        city=restaurant.city,
    )


def configure_website(
    restaurant_id: UUID, code_injection_id: str | None, file_paths: FilePaths | None, website: WebsiteSection
) -> PlatformRequest:
    """websiteConfig, with the code that codeGeneration reported; colours as #rrggbb, no tint as null.

    Text in an unknown brand colour is left to the platform ("auto").
    """
    header = website.header_image_source
    code = {"codeInjectionId": code_injection_id, "filePaths": file_paths}
    return _request(
        "configure-website",
        restaurant_id,
        **{name: value for name, value in code.items() if value is not None},
        headerConfig={"enabled": website.configure_header, "backgroundSource": header and header.value},
        itemsConfig={"layout": website.item_layout.value},
        textColorConfig={
            "navText": website.hex_of(website.nav_text_color) or "auto",
            "boxText": website.hex_of(website.card_text_color) or "auto",
        },
        navLogoTintConfig={
            "darkColor": website.hex_of(website.nav_logo_dark_tint),
            "lightColor": website.hex_of(website.nav_logo_light_tint),
        },
        headerLogoTintConfig={
            "darkColor": website.hex_of(website.header_logo_dark_tint),
            "lightColor": website.hex_of(website.header_logo_light_tint),
        },
    )


def configure_services(restaurant_id: UUID) -> PlatformRequest:
    """servicesConfig: pick-up, delivery and the like, as the platform presets them."""
    return _request("configure-services", restaurant_id)


def configure_payment(restaurant_id: UUID, *, include_connect_link: bool) -> PlatformRequest:
    """paymentConfig, with or without a link for the owner to connect Stripe."""
    return _request("configure-payment", restaurant_id, includeConnectLink=include_connect_link)


def import_menu(restaurant_id: UUID, menu_id: UUID) -> PlatformRequest:
    """menuImport: the items of one menu."""
    return _request("import-menu-direct", restaurant_id, menuId=str(menu_id))


def update_onboarding_record(restaurant_id: UUID, user_email: str, contact_person: str | None) -> PlatformRequest:
    """syncOnboardingUser: the platform copies its data about the restaurant into the onboarding record."""
    return _request("update-onboarding-record", restaurant_id, userEmail=user_email, contactPerson=contact_person)


def add_option_sets(restaurant_id: UUID, menu_id: UUID) -> PlatformRequest:
    """optionSets: sizes, extras and sides of an imported menu."""
    return _request("add-option-sets", restaurant_id, menuId=str(menu_id))


def add_item_tags(restaurant_id: UUID, menu_id: UUID) -> PlatformRequest:
    """itemTags: the tags of an imported menu, as they are."""
    return _request("add-item-tags", restaurant_id, menuId=str(menu_id))
