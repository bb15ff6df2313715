"""The twelve requests for one restaurant, in an order in which they can be sent."""

from registration.accounts.passwords import new_password
from registration.configuration.models import RestaurantSection, WebsiteSection
from registration.effects.outputs import CodeOutputs, Outputs
from registration.kit.opening_hours import Day, DayHours, Hours
from registration.platform import requests
from registration.platform.requests import PlatformRequest, RegistrationType
from registration.workflow.sub_steps import SubStepName
from tests.registration.on_platform import OnPlatform

N = SubStepName
PASSWORD = new_password()
ORDER = (
    N.CLOUDWAITRESS_ACCOUNT,
    N.CODE_GENERATION,
    N.CREATE_ONBOARDING_USER,
    N.UPLOAD_IMAGES,
    N.RESTAURANT_REGISTRATION,
    N.WEBSITE_CONFIG,
    N.SERVICES_CONFIG,
    N.PAYMENT_CONFIG,
    N.MENU_IMPORT,
    N.SYNC_ONBOARDING_USER,
    N.OPTION_SETS,
    N.ITEM_TAGS,
)
KAI = RestaurantSection(
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
        "nav_logo_dark_tint": "primary",
    }
)


def request_for(name: SubStepName, kai: OnPlatform, before: dict[SubStepName, Outputs]) -> PlatformRequest:
    """The request of a sub-step, with the outputs of those before it."""
    restaurant, code = kai.restaurant_id, before.get(N.CODE_GENERATION)
    files = code if isinstance(code, CodeOutputs) else None
    first = RegistrationType.EXISTING_ACCOUNT_FIRST_RESTAURANT
    made = {
        N.CLOUDWAITRESS_ACCOUNT: lambda: requests.register_account(restaurant, kai.email, PASSWORD, "+6493791234"),
        N.CODE_GENERATION: lambda: requests.generate_code_injections(restaurant, no_gradient=False),
        N.CREATE_ONBOARDING_USER: lambda: requests.create_onboarding_user(restaurant, "Mere", kai.email, PASSWORD),
        N.UPLOAD_IMAGES: lambda: requests.upload_images(kai.menu_id),
        N.RESTAURANT_REGISTRATION: lambda: requests.register_restaurant(restaurant, first, kai.email, PASSWORD, KAI),
        N.WEBSITE_CONFIG: lambda: requests.configure_website(
            restaurant, files.code_injection_id if files else "", files.file_paths if files else {}, WEBSITE
        ),
        N.SERVICES_CONFIG: lambda: requests.configure_services(restaurant),
        N.PAYMENT_CONFIG: lambda: requests.configure_payment(restaurant, include_connect_link=True),
        N.MENU_IMPORT: lambda: requests.import_menu(restaurant, kai.menu_id),
        N.SYNC_ONBOARDING_USER: lambda: requests.update_onboarding_record(restaurant, kai.email, "Mere"),
        N.OPTION_SETS: lambda: requests.add_option_sets(restaurant, kai.menu_id),
        N.ITEM_TAGS: lambda: requests.add_item_tags(restaurant, kai.menu_id),
    }
    return made[name]()
