"""The types of the fields that the platform is sent, and how its requests look on the wire."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints
from pydantic.alias_generators import to_camel

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 ()-]{6,19}$")]
Password = Annotated[SecretStr, Field(min_length=8, max_length=64)]
Time = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
TextColour = Annotated[str, StringConstraints(pattern=r"^(auto|white|black|primary|secondary|#[0-9a-fA-F]{6})$")]
Tint = Annotated[str, StringConstraints(pattern=r"^(white|black|primary|secondary|#[0-9a-fA-F]{6})$")]
WebAddress = Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]
HeaderImage = Literal["website_og_image", "facebook_cover_image", "ubereats_og_image", "doordash_og_image"]
RegistrationType = Literal[
    "new_account_with_restaurant", "existing_account_first_restaurant", "existing_account_additional_restaurant"
]
Day = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


class Part(BaseModel):
    """A part of a request, in camelCase on the wire."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, alias_generator=to_camel)
