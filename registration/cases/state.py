"""What is known about a job when its configuration is proposed, answered or about to be executed."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.models.config_layer import ConfigLayer
from registration.models.restaurant import MenuChoice, RestaurantData
from registration.models.yolo_config import YoloConfig
from registration.preflight import Facts
from registration.proposals import header_images
from registration.store.credentials import read_credential
from registration.store.jobs import read_config_inputs
from registration.store.restaurants import account_on_platform, active_menus, read_restaurant
from registration.sub_steps import SubStepName


@dataclass(frozen=True)
class ConfigState:
    """The restaurant, its active menus (newest first) and the layers that lie over its proposal."""

    organisation_id: UUID
    restaurant: RestaurantData
    menus: tuple[MenuChoice, ...]
    layers: tuple[ConfigLayer, ...]

    @property
    def newest_menu(self) -> MenuChoice | None:
        """The newest active menu with items."""
        return next((menu for menu in self.menus if menu.items), None)

    async def facts(self, connection: AsyncConnection, config: YoloConfig) -> Facts:
        """What preflight needs to know beside `config`."""
        items = {menu.id: menu.items for menu in self.menus}
        selected = config.menu.selected_menu_id
        return Facts(
            menu_items=items.get(selected) if selected else None,
            account_refusal=await self._account_refusal(connection, config),
            header_images=header_images(self.restaurant),
        )

    async def _account_refusal(self, connection: AsyncConnection, config: YoloConfig) -> str | None:
        email = config.account.email
        if email is None:
            return None
        credential = await read_credential(connection, self.organisation_id, email.lower())
        if credential is None or credential.account_state == "creating":
            if not config.is_enabled(SubStepName.CLOUDWAITRESS_ACCOUNT):
                return f"creating the account is switched off, but no account is known for {email}"
            if credential is None and await account_on_platform(connection, self.organisation_id, email.lower()):
                return _FOREIGN.format(email)
        if credential is not None and credential.account_state == "foreign":
            return _FOREIGN.format(email)
        return None


_FOREIGN = (
    "the platform has an account for {0} that was not made here; "
    "store its password with `registration credentials set {0}`, or use another e-mail"
)


async def read_config_state(connection: AsyncConnection, organisation_id: UUID, job_id: UUID) -> ConfigState:
    """Everything that a proposal for this job is made from."""
    inputs = await read_config_inputs(connection, organisation_id, job_id)
    restaurant = await read_restaurant(connection, organisation_id, inputs.restaurant_id)
    menus = await active_menus(connection, organisation_id, inputs.restaurant_id)
    layers = (ConfigLayer.model_validate(inputs.default_config), ConfigLayer.model_validate(inputs.for_all))
    return ConfigState(organisation_id, restaurant, menus, layers)
