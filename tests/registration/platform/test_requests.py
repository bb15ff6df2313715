"""The bodies of all requests, field by field as the platform takes them."""

from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr

from registration.configuration.models import RestaurantSection, WebsiteSection
from registration.kit.opening_hours import Day, DayHours, Hours
from registration.platform import requests
from registration.platform.requests import PlatformRequest, RegistrationType
from registration.workflow.sub_steps import SUB_STEPS, SubStepName

RESTAURANT = UUID("22222222-2222-2222-2222-222222222222")
MENU = UUID("33333333-3333-3333-3333-333333333333")
PASSWORD = SecretStr("Sesame!1")
SECTION = RestaurantSection(
    name="Kai",
    address="1 Queen Street",
    city="Auckland",
    phone="+6493791234",
    opening_hours=(DayHours(day=Day.FRIDAY, hours=Hours(open="17:00", close="02:00")),),
)
WEBSITE = WebsiteSection.model_validate(
    {
        "primary_color": "#112233",
        "secondary_color": "#445566",
        "configure_header": True,
        "header_image_source": "ubereats_og_image",
        "header_logo_dark_tint": "none",
        "header_logo_light_tint": "#abcdef",
        "nav_logo_dark_tint": "primary",
        "nav_logo_light_tint": "black",
        "nav_text_color": "white",
        "card_text_color": "secondary",
        "item_layout": "list",
    }
)
FILES = {"headInjection": "/generated/head.html"}
N = SubStepName

REQUESTS: dict[SubStepName, tuple[PlatformRequest, dict[str, Any]]] = {
    N.CLOUDWAITRESS_ACCOUNT: (
        requests.register_account(RESTAURANT, "a@b.nz", PASSWORD, "+6493791234"),
        {"email": "a@b.nz", "password": "Sesame!1", "phone": "+6493791234"},
    ),
    N.CODE_GENERATION: (requests.generate_code_injections(RESTAURANT, no_gradient=True), {"noGradient": True}),
    N.CREATE_ONBOARDING_USER: (
        requests.create_onboarding_user(RESTAURANT, "Mere", "a@b.nz", PASSWORD),
        {"userName": "Mere", "userEmail": "a@b.nz", "userPassword": "Sesame!1"},
    ),
    N.RESTAURANT_REGISTRATION: (
        requests.register_restaurant(
            RESTAURANT, RegistrationType.EXISTING_ACCOUNT_FIRST_RESTAURANT, "a@b.nz", PASSWORD, SECTION
        ),
        {
            "registrationType": "existing_account_first_restaurant",
            "email": "a@b.nz",
            "password": "Sesame!1",
            "restaurantName": "Kai",
            "address": "1 Queen Street",
            "phone": "+6493791234",
            "hours": [{"day": "Friday", "hours": {"open": "17:00", "close": "02:00"}}],
            "city": "Auckland",
        },
    ),
    N.WEBSITE_CONFIG: (
        requests.configure_website(RESTAURANT, "44", FILES, WEBSITE),
        {
            "codeInjectionId": "44",
            "filePaths": FILES,
            "headerConfig": {"enabled": True, "backgroundSource": "ubereats_og_image"},
            "itemsConfig": {"layout": "list"},
            "textColorConfig": {"navText": "#ffffff", "boxText": "#445566"},
            "navLogoTintConfig": {"darkColor": "#112233", "lightColor": "#000000"},
            "headerLogoTintConfig": {"darkColor": None, "lightColor": "#abcdef"},
        },
    ),
    N.SERVICES_CONFIG: (requests.configure_services(RESTAURANT), {}),
    N.PAYMENT_CONFIG: (
        requests.configure_payment(RESTAURANT, include_connect_link=True),
        {"includeConnectLink": True},
    ),
    N.MENU_IMPORT: (requests.import_menu(RESTAURANT, MENU), {"menuId": str(MENU)}),
    N.SYNC_ONBOARDING_USER: (
        requests.update_onboarding_record(RESTAURANT, "a@b.nz", "Mere"),
        {"userEmail": "a@b.nz", "contactPerson": "Mere"},
    ),
    N.OPTION_SETS: (requests.add_option_sets(RESTAURANT, MENU), {"menuId": str(MENU)}),
    N.ITEM_TAGS: (requests.add_item_tags(RESTAURANT, MENU), {"menuId": str(MENU)}),
}


def test_every_sub_step_has_a_request() -> None:
    """The eleven with a restaurant in the body, and uploadImages with the menu in the path."""
    assert set(REQUESTS) | {N.UPLOAD_IMAGES} == set(SubStepName)


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_has_exactly_the_body_that_the_platform_takes(name: SubStepName) -> None:
    """Path from the table of the twelve, and every field."""
    request, fields = REQUESTS[name]
    assert request.path == f"/api/registration/{SUB_STEPS[name].endpoint}"
    assert request.body == {"restaurantId": str(RESTAURANT), **fields}


@pytest.mark.parametrize("name", REQUESTS)
def test_passwords_are_secrets_of_their_request(name: SubStepName) -> None:
    """No password is in what is shown or fingerprinted."""
    request, fields = REQUESTS[name]
    assert request.secrets == {"password", "userPassword"} & fields.keys()
    assert "Sesame" not in f"{request} {request.public_body}"


def test_images_are_uploaded_by_menu_with_an_empty_body() -> None:
    """The menu id is in the path."""
    request = requests.upload_images(MENU)
    assert (request.path, request.body) == (f"/api/menus/{MENU}/upload-images", {})
    assert request.path.endswith(SUB_STEPS[N.UPLOAD_IMAGES].endpoint)


def test_text_in_an_unknown_brand_colour_is_left_to_the_platform() -> None:
    """A tint that cannot be told is none, but a text has always some colour."""
    request = requests.configure_website(
        RESTAURANT, "44", FILES, WebsiteSection.model_validate({"nav_text_color": "primary"})
    )
    assert request.body["textColorConfig"] == {"navText": "auto", "boxText": "#ffffff"}
    assert request.body["headerConfig"] == {"enabled": False, "backgroundSource": None}
