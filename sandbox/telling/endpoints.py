"""The table of the platform's endpoints: path, what is to be sent, who handles it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sandbox.names import Endpoint
from sandbox.telling import accounts, bodies, code, configuration, extractions, images, menu, onboarding, questions
from sandbox.telling import registration as registrations
from sandbox.telling.call import Answer, Call
from sandbox.telling.wire import Part


@dataclass(frozen=True)
class Served:
    """One endpoint; parts of the path belong to the body."""

    name: Endpoint
    path: str
    body: type[Part]
    handle: Callable[[Call, Any], Awaitable[Answer]]
    method: str = "POST"


_ROOT = "/api/registration"
SERVED = (
    Served(Endpoint.REGISTER_ACCOUNT, f"{_ROOT}/register-account", bodies.AccountBody, accounts.register_account),
    Served(
        Endpoint.GENERATE_CODE_INJECTIONS,
        f"{_ROOT}/generate-code-injections",
        bodies.CodeBody,
        code.generate_code_injections,
    ),
    Served(
        Endpoint.CREATE_ONBOARDING_USER,
        f"{_ROOT}/create-onboarding-user",
        bodies.OnboardingUserBody,
        onboarding.create_onboarding_user,
    ),
    Served(Endpoint.UPLOAD_IMAGES, "/api/menus/{menuId}/upload-images", bodies.MenuBody, images.upload_images),
    Served(
        Endpoint.REGISTER_RESTAURANT,
        f"{_ROOT}/register-restaurant",
        bodies.RegistrationBody,
        registrations.register_restaurant,
    ),
    Served(
        Endpoint.CONFIGURE_WEBSITE, f"{_ROOT}/configure-website", bodies.WebsiteBody, configuration.configure_website
    ),
    Served(
        Endpoint.CONFIGURE_SERVICES,
        f"{_ROOT}/configure-services",
        bodies.RestaurantBody,
        configuration.configure_services,
    ),
    Served(
        Endpoint.CONFIGURE_PAYMENT, f"{_ROOT}/configure-payment", bodies.PaymentBody, configuration.configure_payment
    ),
    Served(Endpoint.IMPORT_MENU, f"{_ROOT}/import-menu-direct", bodies.RestaurantMenuBody, menu.import_menu_direct),
    Served(
        Endpoint.UPDATE_ONBOARDING_RECORD,
        f"{_ROOT}/update-onboarding-record",
        bodies.OnboardingRecordBody,
        onboarding.update_onboarding_record,
    ),
    Served(Endpoint.ADD_OPTION_SETS, f"{_ROOT}/add-option-sets", bodies.RestaurantMenuBody, menu.add_option_sets),
    Served(Endpoint.ADD_ITEM_TAGS, f"{_ROOT}/add-item-tags", bodies.RestaurantMenuBody, menu.add_item_tags),
    Served(Endpoint.EXTRACT_MENU, "/api/extract-menu-premium", bodies.MenuExtractionBody, extractions.extract_menu),
    Served(
        Endpoint.EXTRACT_BRANDING, "/api/website-extraction/branding", bodies.BrandingBody, extractions.extract_branding
    ),
    Served(Endpoint.STATUS, f"{_ROOT}/status/{{restaurantId}}", bodies.RestaurantBody, questions.status, "GET"),
    Served(
        Endpoint.CODE_INJECTION,
        f"{_ROOT}/code-injection/{{restaurantId}}",
        bodies.RestaurantBody,
        questions.code_injection,
        "GET",
    ),
    Served(
        Endpoint.SETUP_STATUS,
        f"{_ROOT}/setup-status/{{restaurantId}}",
        bodies.RestaurantBody,
        questions.setup_status,
        "GET",
    ),
)
"""The twelve, the two extractions and the three questions."""
