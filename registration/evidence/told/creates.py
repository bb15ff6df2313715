"""Evidence of create effects: what matters is compared (e-mail, platform restaurant id, menu and item count)."""

from registration.clients.platform_answers import AccountState, PlatformAccount
from registration.evidence.told.case import Case, shown, untold
from registration.evidence.told.setup_status import CreatedThings
from registration.evidence.values import Look, Verdict
from registration.foreign_accounts import foreign_account
from registration.models.outputs import (
    AccountOutputs,
    ItemTagsOutputs,
    MenuOutputs,
    OnboardingUserOutputs,
    OptionSetsOutputs,
    Outputs,
    RestaurantOutputs,
)
from registration.models.summaries import Summary, TagsSummary


def account(case: Case) -> Look:
    """The account of the e-mail. One that nobody of us asked for is somebody else's."""
    found = case.status.account
    if found is None:
        # The platform shows the account of the restaurant's row; one without an account hides that of the restaurant.
        nothing = case.status.has_account is False and case.status.pumpd_restaurant is None
        return shown(Verdict.NOT_THERE, "the platform has no account", case.status) if nothing else untold("an account")
    if not case.asked.is_for(found.email):
        return _other_account(case, found)
    if found.registration_status is AccountState.FAILED:
        return shown(Verdict.NOT_THERE, f"the platform failed to open the account {found.email}", found)
    if not (case.asked.ever_sent or case.after_success):
        return shown(Verdict.SOMEBODY_ELSES, foreign_account(found.email), found)
    if found.registration_status in (AccountState.PENDING, AccountState.IN_PROGRESS):
        return shown(Verdict.PARTLY, f"the platform is still opening the account {found.email}", found)
    outputs = AccountOutputs(account_id=found.account_id, email=found.email, already_exists=False)
    return shown(Verdict.THERE, f"the platform has the account {found.email}", found, outputs)


def _other_account(case: Case, found: PlatformAccount) -> Look:
    """The platform shows one account only: behind another one ours may be hidden."""
    restaurant = case.status.pumpd_restaurant
    if case.after_success:
        return shown(Verdict.NO_EVIDENCE, f"the platform shows another account, {found.email}", found)
    if restaurant is not None and restaurant.pumpd_restaurant_id:
        reason = f"the restaurant is registered as {restaurant.pumpd_restaurant_id} with another account, {found.email}"
        return shown(Verdict.SOMEBODY_ELSES, reason, found)
    return shown(Verdict.NOT_THERE, f"the platform has another account, {found.email}", found)


def restaurant(case: Case) -> Look:
    """The restaurant with its id; a row without an id waits for its registration."""
    found = case.status.pumpd_restaurant
    if found is None:
        nothing = case.status.has_restaurant is False
        return (
            shown(Verdict.NOT_THERE, "the restaurant is not registered", case.status)
            if nothing
            else untold("a registration")
        )
    if not found.pumpd_restaurant_id:
        return shown(Verdict.NOT_THERE, "the restaurant has no id on the platform", found)
    if not found.pumpd_subdomain:
        return shown(Verdict.PARTLY, f"{found.pumpd_restaurant_id} has no subdomain yet", found)
    outputs = RestaurantOutputs(
        pumpd_restaurant_id=found.pumpd_restaurant_id,
        pumpd_subdomain=found.pumpd_subdomain,
        dashboard_url=found.dashboard_url,
        registration_status=found.registration_status,
    )
    return shown(Verdict.THERE, f"the restaurant is registered as {found.pumpd_restaurant_id}", found, outputs)


def onboarding_user(case: Case) -> Look:
    """The user of the e-mail; one that is there is what was asked for, whoever created it."""
    found = case.setup.onboarding_user
    if found is None:
        return untold("an onboarding user")
    if found.email is None:
        return shown(Verdict.NOT_THERE, "the platform has no onboarding user", found)
    if not case.asked.is_for(found.email):
        verdict = Verdict.NO_EVIDENCE if case.after_success else Verdict.NOT_THERE
        return shown(verdict, f"the platform shows another onboarding user, {found.email}", found)
    outputs = OnboardingUserOutputs(user_name=None, user_email=found.email, password_generated=None)
    return shown(Verdict.THERE, f"the platform has the onboarding user {found.email}", found, outputs)


def menu(case: Case) -> Look:
    """All items of the menu that was asked for; by our own count, else by the platform's."""
    found, asked = case.setup.menu, case.asked
    if found is None:
        return untold("a menu")
    if not found.items or found.menu_id is None:
        return shown(Verdict.NOT_THERE, "the restaurant has no menu items on the platform", found)
    if found.menu_id != asked.menu_id:
        return shown(Verdict.SOMEBODY_ELSES, f"another menu was imported, {found.menu_id}", found)
    wanted = asked.menu_items or found.expected
    if wanted is None:
        return untold("the whole menu")
    reason = f"{found.items} of {wanted} menu items are there"
    if found.items < wanted:
        return shown(Verdict.PARTLY, reason, found)
    return shown(Verdict.THERE, reason, found, MenuOutputs(item_count=found.items, menu_id=found.menu_id))


def option_sets(case: Case) -> Look:
    """All option sets that the menu asks for."""
    found = case.setup.option_sets
    if found is None:
        return untold("any option set")
    summary = Summary(total=found.expected, created=found.created, failed=0)
    return _all_created(case, found, "option sets", OptionSetsOutputs(summary=summary))


def item_tags(case: Case) -> Look:
    """All tags that the menu asks for."""
    found = case.setup.item_tags
    if found is None:
        return untold("any item tag")
    summary = TagsSummary(total=found.expected, created=found.created, failed=0, items_assigned=None)
    return _all_created(case, found, "item tags", ItemTagsOutputs(summary=summary))


def _all_created(case: Case, found: CreatedThings, things: str, outputs: Outputs) -> Look:
    if found.untouched:
        return shown(Verdict.NOT_THERE, f"the platform never created {things}", found)
    if not found.expected:
        return _none_expected(case, found, things, outputs)
    reason = f"{found.created} of {found.expected} {things} are there"
    if not found.created:
        return shown(Verdict.NOT_THERE, reason, found)
    if found.created < found.expected:
        return shown(Verdict.PARTLY, reason, found)
    return shown(Verdict.THERE, reason, found, outputs)


def _none_expected(case: Case, found: CreatedThings, things: str, outputs: Outputs) -> Look:
    """A menu may have none; but a platform that was not yet asked expects none either."""
    if case.is_ours(found) or (case.after_success and found.says_who):
        return shown(Verdict.THERE, f"the menu has no {things}", found, outputs)
    if case.may_be_ours(found):
        return shown(Verdict.NO_EVIDENCE, f"the platform expects no {things}; the clocks do not tell since when", found)
    if case.after_success:
        return shown(Verdict.NO_EVIDENCE, f"the platform expects no {things} and does not say why", found)
    return shown(Verdict.NOT_THERE, f"the platform expects no {things} yet", found)
