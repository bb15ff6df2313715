"""What can be said for many restaurants at once: a layer over their proposals. What it leaves out stays as proposed."""

from pydantic import Field

from registration.models.restaurant import Theme
from registration.models.values import Colour, Value
from registration.models.website_choices import HeaderImageSource, ItemLayout, LogoTint, TextColourChoice
from registration.sub_steps import SubStepName


class WebsiteLayer(Value):
    """Fields of the website section; `header_image_source` is a preference, used where the restaurant has it."""

    theme: Theme | None = None
    primary_color: Colour | None = None
    secondary_color: Colour | None = None
    disable_gradients: bool | None = None
    configure_header: bool | None = None
    header_image_source: HeaderImageSource | None = None
    header_logo_dark_tint: LogoTint | None = None
    header_logo_light_tint: LogoTint | None = None
    nav_logo_dark_tint: LogoTint | None = None
    nav_logo_light_tint: LogoTint | None = None
    nav_text_color: TextColourChoice | None = None
    card_text_color: TextColourChoice | None = None
    item_layout: ItemLayout | None = None


class PaymentLayer(Value):
    """Fields of the payment section."""

    include_stripe_link: bool | None = None


class ConfigLayer(Value):
    """A batch's `default_config`, or the answer "for all restaurants": nothing in it belongs to one restaurant."""

    website: WebsiteLayer = WebsiteLayer()
    payment: PaymentLayer = PaymentLayer()
    steps_enabled: dict[SubStepName, bool] = Field(default_factory=dict[SubStepName, bool])
