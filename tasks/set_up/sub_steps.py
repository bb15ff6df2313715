"""The twelve sub-steps of step 6, in the order of the table: each builds its request and sends it to the platform."""

from registration.effects.outputs import CodeOutputs, OnboardingUserOutputs, Outputs
from registration.effects.spacing_queries import code_key, user_key
from registration.platform import requests
from registration.workflow.sub_steps import SUB_STEPS, SubStepName
from tasks.set_up import accounts
from tasks.set_up.context import NothingToDo, SubStepContext
from tasks.set_up.item_tags import check_tags
from tasks.set_up.runner import TASKS, sub_step

__all__ = ["TASKS"]

_N = SubStepName


@sub_step(_N.CLOUDWAITRESS_ACCOUNT)
async def cloudwaitress_account(setup: SubStepContext) -> Outputs:
    """Creates the platform account of the restaurant's owner, or uses the existing one."""
    claim = await accounts.claim(setup)
    if claim.existing is not None:
        return await accounts.use_existing(setup, claim.existing)
    phone = setup.config.account.phone
    request = requests.register_account(setup.restaurant_id, claim.email, claim.password, phone)
    return await accounts.create(setup, request, claim)


@sub_step(_N.CODE_GENERATION)
async def code_generation(setup: SubStepContext) -> Outputs:
    """Generates the code that gives the website its look; one at a time among restaurants of the same name.

    The platform stores the code by name, so it would mistake the code of a concurrent run for its own.
    """
    website = setup.config.website
    return await setup.perform(
        requests.generate_code_injections(setup.restaurant_id, no_gradient=website.disable_gradients),
        spacing_key=code_key(setup.config.restaurant.name or ""),
        spacing_seconds=SUB_STEPS[_N.CODE_GENERATION].limit_seconds,
    )


@sub_step(_N.CREATE_ONBOARDING_USER)
async def create_onboarding_user(setup: SubStepContext) -> Outputs:
    """Creates the person who is onboarded, with the account's password; an existing user is enough.

    One at a time among restaurants with this person: concurrent requests could create the user twice.
    """
    person = setup.config.onboarding
    if person.user_name is None or person.user_email is None:
        raise NothingToDo("no onboarding user is named")
    password = await accounts.password(setup)
    user = OnboardingUserOutputs(user_name=None, user_email=person.user_email, password_generated=None)
    return await setup.perform(
        requests.create_onboarding_user(setup.restaurant_id, person.user_name, person.user_email, password),
        there=lambda _said: user,
        spacing_key=user_key(person.user_email),
        spacing_seconds=SUB_STEPS[_N.CREATE_ONBOARDING_USER].limit_seconds,
        one_at_a_time=True,
    )


@sub_step(_N.UPLOAD_IMAGES)
async def upload_images(setup: SubStepContext) -> Outputs:
    """Uploads the menu's images and waits until all of them are stored."""
    return await setup.perform(requests.upload_images(setup.menu_id), works_on=True)


@sub_step(_N.RESTAURANT_REGISTRATION)
async def restaurant_registration(setup: SubStepContext) -> Outputs:
    """Registers the restaurant on its owner's account; the records decide whether it is the first one there."""
    kind = await accounts.registration_type(setup)
    email, password = accounts.email(setup), await accounts.password(setup)
    return await setup.perform(
        requests.register_restaurant(setup.restaurant_id, kind, email, password, setup.config.restaurant)
    )


@sub_step(_N.WEBSITE_CONFIG)
async def website_config(setup: SubStepContext) -> Outputs:
    """Puts theme, generated code, header and layout on the restaurant's website."""
    code = await _generated_code(setup)
    stored = (code.code_injection_id, code.file_paths)
    return await setup.perform(requests.configure_website(setup.restaurant_id, *stored, setup.config.website))


@sub_step(_N.SERVICES_CONFIG)
async def services_config(setup: SubStepContext) -> Outputs:
    """Switches on pick-up, delivery and the like."""
    return await setup.perform(requests.configure_services(setup.restaurant_id))


@sub_step(_N.PAYMENT_CONFIG)
async def payment_config(setup: SubStepContext) -> Outputs:
    """Sets up payments, with a Stripe Connect link if the configuration asks for one."""
    link = setup.config.payment.include_stripe_link
    return await setup.perform(requests.configure_payment(setup.restaurant_id, include_connect_link=link))


@sub_step(_N.MENU_IMPORT)
async def menu_import(setup: SubStepContext) -> Outputs:
    """Imports the selected menu."""
    return await setup.perform(requests.import_menu(setup.restaurant_id, setup.menu_id))


@sub_step(_N.SYNC_ONBOARDING_USER)
async def sync_onboarding_user(setup: SubStepContext) -> Outputs:
    """Updates the onboarding record with the results of the other sub-steps."""
    person = setup.config.onboarding
    if person.user_email is None:
        raise NothingToDo("no onboarding user is named")
    return await setup.perform(
        requests.update_onboarding_record(setup.restaurant_id, person.user_email, person.user_name)
    )


@sub_step(_N.OPTION_SETS)
async def option_sets(setup: SubStepContext) -> Outputs:
    """Adds sizes, extras and sides to the imported menu."""
    return await setup.perform(requests.add_option_sets(setup.restaurant_id, setup.menu_id))


@sub_step(_N.ITEM_TAGS)
async def item_tags(setup: SubStepContext) -> Outputs:
    """Has the platform tag the dishes by its own rule; where that contradicts the menu, a person decides first."""
    await check_tags(setup)
    return await setup.perform(requests.add_item_tags(setup.restaurant_id, setup.menu_id))


async def _generated_code(setup: SubStepContext) -> CodeOutputs:
    """The outputs of codeGeneration; if it was switched off, the code that the platform has stored."""
    stored_code = setup.outputs(_N.CODE_GENERATION, CodeOutputs)
    if stored_code is not None:
        return stored_code
    current = await setup.context.platform.code_injection(setup.restaurant_id)
    if not (current.has_content and current.code_injection_id and current.generated_at):
        raise NothingToDo("no code injection")
    return CodeOutputs(code_injection_id=current.code_injection_id, generated_at=current.generated_at)
