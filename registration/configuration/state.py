"""What is known about a job when its configuration is proposed, answered or about to be executed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.accounts.queries import KnownAccount, known_accounts
from registration.accounts.service import foreign_account
from registration.configuration.features import Off
from registration.configuration.models import YoloConfig
from registration.configuration.preflight import Facts
from registration.configuration.proposals import Proposal, header_images, propose
from registration.configuration.queries import ConfigInputs, read_config_inputs, read_features_off
from registration.database.shared_transaction import Reader
from registration.errors import NotFound
from registration.restaurants.models import MenuChoice, RestaurantData
from registration.restaurants.queries import restaurants_of_jobs
from registration.workflow.sub_steps import SubStepName


@dataclass(frozen=True)
class ConfigState:
    """The restaurant, its menus, what lies over its proposal, and what its organisation may not use."""

    organisation_id: UUID
    restaurant: RestaurantData
    inputs: ConfigInputs
    off: Off = field(default_factory=dict[SubStepName, str])

    @cached_property
    def proposal(self) -> Proposal:
        """What is proposed: the newest active menu with items, the batch's defaults and what was said for all."""
        layers = (self.inputs.default_config, self.inputs.for_all)
        return propose(self.restaurant, self.newest_menu, *layers, off=self.off)

    @property
    def newest_menu(self) -> MenuChoice | None:
        """The newest active menu with items."""
        return next((menu for menu in self.inputs.menus if menu.items), None)

    async def facts(self, connection: AsyncConnection, config: YoloConfig) -> Facts:
        """What preflight needs to know beside `config`."""
        accounts = await known_accounts(connection, self.organisation_id, emails_of([config]))
        return self.facts_with(config, accounts)

    def facts_with(self, config: YoloConfig, accounts: Mapping[str, KnownAccount]) -> Facts:
        """The same where the accounts are known already."""
        menus = {menu.id: menu for menu in self.inputs.menus}
        selected = config.menu.selected_menu_id and menus.get(config.menu.selected_menu_id)
        return Facts(
            menu_items=selected.items if selected else None,
            menu_has_nuts=selected.nuts if selected else False,
            account_refusal=_account_refusal(config, account_of(config, accounts)),
            header_images=header_images(self.restaurant),
            features_off=self.off,
        )


async def read_config_state(connection: AsyncConnection, organisation_id: UUID, job_id: UUID) -> ConfigState:
    """Everything that a proposal for this job is made from. Raises NotFound; ValueError if it cannot be read."""
    states = await read_config_states(connection, organisation_id, [job_id])
    if job_id not in states:
        raise NotFound(f"there is no job {job_id} in this organisation")
    return states[job_id]()


async def read_config_states(
    connection: AsyncConnection, organisation_id: UUID, job_ids: Collection[UUID]
) -> dict[UUID, Reader[ConfigState]]:
    """What the proposals of several jobs are made from, each job read on its own; five queries, however many jobs."""
    off = await read_features_off(connection, organisation_id)
    inputs = await read_config_inputs(connection, organisation_id, job_ids)
    restaurants = await restaurants_of_jobs(connection, organisation_id, job_ids)
    return {job_id: partial(_state, organisation_id, restaurants[job_id], inputs[job_id], off) for job_id in inputs}


def emails_of(configs: Collection[YoloConfig]) -> frozenset[str]:
    """The e-mails of their accounts, as accounts are known by."""
    return frozenset(config.account.email.lower() for config in configs if config.account.email)


def account_of(config: YoloConfig, accounts: Mapping[str, KnownAccount]) -> KnownAccount | None:
    """What is known about its account; None without an e-mail."""
    return accounts[config.account.email.lower()] if config.account.email else None


def _state(
    organisation_id: UUID, restaurant: Reader[RestaurantData], inputs: Reader[ConfigInputs], off: Off
) -> ConfigState:
    return ConfigState(organisation_id, restaurant(), inputs(), off)


def _account_refusal(config: YoloConfig, account: KnownAccount | None) -> str | None:
    email = config.account.email
    if email is None or account is None:
        return None
    if account.state in (None, "creating"):
        if not config.is_enabled(SubStepName.CLOUDWAITRESS_ACCOUNT):
            return f"creating the account is switched off, but no account is known for {email}"
        return foreign_account(email) if account.state is None and account.on_platform else None
    return foreign_account(email) if account.state == "foreign" else None
