"""The state from which a job's configuration is proposed, answered and executed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from uuid import UUID

from registration.accounts.queries import KnownAccount, known_accounts
from registration.accounts.service import foreign_account
from registration.companies.details import CompanyDetails
from registration.companies.queries import register_entries
from registration.configuration.features import Off
from registration.configuration.models import YoloConfig
from registration.configuration.preflight import Facts
from registration.configuration.proposals import Proposal, header_images, propose, with_contact
from registration.configuration.queries import ConfigInputs, read_config_inputs, read_features_off
from registration.database.session import Transaction
from registration.database.shared_transaction import Reader
from registration.errors import NotFound
from registration.restaurants.models import MenuChoice, RestaurantData
from registration.restaurants.queries import restaurants_of_jobs
from registration.workflow.sub_steps import SubStepName


@dataclass(frozen=True)
class ConfigState:
    """The restaurant, its menus, the layers over its proposal, the features that are off for its organisation, and the
    register entry of its company.
    """

    organisation_id: UUID
    restaurant: RestaurantData
    inputs: ConfigInputs
    off: Off = field(default_factory=dict[SubStepName, str])
    entry: CompanyDetails | None = None

    @cached_property
    def proposal(self) -> Proposal:
        """The proposal from the newest active menu with items, the batch's defaults and the answer "for all
        restaurants".
        """
        layers = (self.inputs.default_config, self.inputs.for_all)
        directors = self.entry.contacts if self.entry else ()
        proposal = propose(self.restaurant, self.newest_menu, *layers, off=self.off, directors=directors)
        if self.inputs.contact is None:
            return proposal
        return replace(proposal, config=with_contact(proposal.config, self.inputs.contact), from_register=False)

    @property
    def newest_menu(self) -> MenuChoice | None:
        """The newest active menu with items."""
        return next((menu for menu in self.inputs.menus if menu.items), None)

    async def facts(self, transaction: Transaction, config: YoloConfig) -> Facts:
        """The facts that preflight needs besides `config`."""
        accounts = await known_accounts(transaction, emails_of([config]))
        return self.facts_with(config, accounts)

    def facts_with(self, config: YoloConfig, accounts: Mapping[str, KnownAccount]) -> Facts:
        """The facts that preflight needs besides `config`, with accounts that were read before."""
        menus = {menu.id: menu for menu in self.inputs.menus}
        selected = config.menu.selected_menu_id and menus.get(config.menu.selected_menu_id)
        return Facts(
            menu_items=selected.items if selected else None,
            account_refusal=_account_refusal(config, account_of(config, accounts)),
            header_images=header_images(self.restaurant),
            features_off=self.off,
        )


async def read_config_state(transaction: Transaction, job_id: UUID) -> ConfigState:
    """The state of one job. Raises NotFound, or ValueError if a stored value cannot be read."""
    states = await read_config_states(transaction, [job_id])
    if job_id not in states:
        raise NotFound(f"there is no job {job_id} in this organisation", code="JOB_NOT_FOUND")
    return states[job_id]()


async def read_config_states(transaction: Transaction, job_ids: Collection[UUID]) -> dict[UUID, Reader[ConfigState]]:
    """The states of several jobs, each read on its own; six queries for any number of jobs."""
    off = await read_features_off(transaction)
    inputs = await read_config_inputs(transaction, job_ids)
    restaurants = await restaurants_of_jobs(transaction, job_ids)
    entries = await register_entries(transaction, job_ids)
    return {
        job_id: partial(
            _state, transaction.organisation_id, restaurants[job_id], inputs[job_id], off, entries.get(job_id)
        )
        for job_id in inputs
    }


def emails_of(configs: Collection[YoloConfig]) -> frozenset[str]:
    """The e-mails of the configurations' accounts, in the form of the accounts' key."""
    return frozenset(config.account.email.lower() for config in configs if config.account.email)


def account_of(config: YoloConfig, accounts: Mapping[str, KnownAccount]) -> KnownAccount | None:
    """The account of the configuration; None without an e-mail."""
    return accounts[config.account.email.lower()] if config.account.email else None


def _state(
    organisation_id: UUID,
    restaurant: Reader[RestaurantData],
    inputs: Reader[ConfigInputs],
    off: Off,
    entry: CompanyDetails | None,
) -> ConfigState:
    return ConfigState(organisation_id, restaurant(), inputs(), off, entry)


def _account_refusal(config: YoloConfig, account: KnownAccount | None) -> str | None:
    email = config.account.email
    if email is None or account is None:
        return None
    if account.state in (None, "creating"):
        if not config.is_enabled(SubStepName.CLOUDWAITRESS_ACCOUNT):
            return f"creating the account is switched off, but no account is known for {email}"
        return foreign_account(email) if account.state is None and account.on_platform else None
    return foreign_account(email) if account.state == "foreign" else None
