"""Evidence of set effects: it counts only with this idempotency key, or a change time after the sending."""

from registration.clients.platform_answers import Mark
from registration.evidence.told.case import Case, shown, untold
from registration.evidence.values import Look, Verdict
from registration.models.outputs import (
    CodeOutputs,
    ImagesOutputs,
    Outputs,
    PaymentOutputs,
    ServicesOutputs,
    SyncOutputs,
    WebsiteOutputs,
)


def code(case: Case) -> Look:
    """Generated code with id and files."""
    found = case.code
    if found.has_content is None:
        return untold("generated code")
    if not found.has_content:
        return shown(Verdict.NOT_THERE, "the platform has no generated code", found)
    if not (found.code_injection_id and found.generated_at):
        return shown(Verdict.NOT_THERE, "the generated code has no id or time", found)
    if (made_at := found.made_at) is not None and case.is_before_sending(made_at):
        return shown(Verdict.NOT_THERE, f"the stored code is that of an earlier run, of {made_at.isoformat()}", found)
    outputs = CodeOutputs(
        code_injection_id=found.code_injection_id, generated_at=found.generated_at, file_paths=found.file_paths
    )
    return _if_ours(case, found, "code was generated", outputs)


def images(case: Case) -> Look:
    """All images of the menu. After a success those that somebody uploaded earlier count too."""
    found, asked = case.setup.images, case.asked
    if found is None:
        return untold("any uploaded image")
    if found.untouched:
        return shown(Verdict.NOT_THERE, "no upload of images was ever started", found)
    if found.menu_id and asked.menu_id and found.menu_id != asked.menu_id:
        return shown(Verdict.NOT_THERE, f"the images are those of another menu, {found.menu_id}", found)
    reason = f"{found.uploaded} of {found.total} images are uploaded"
    outputs = ImagesOutputs(status="finished", total=found.total, uploaded=found.uploaded)
    all_there = found.uploaded >= found.total
    if case.after_success:
        return shown(Verdict.THERE, reason, found, outputs) if all_there else shown(Verdict.PARTLY, reason, found)
    ours = _if_ours(case, found, reason, outputs)
    return ours if all_there or ours.verdict is not Verdict.THERE else shown(Verdict.PARTLY, reason, found)


def website(case: Case) -> Look:
    """A configured website, with the address of the store where the platform tells it."""
    found, restaurant = case.setup.website, case.status.pumpd_restaurant
    if found is None:
        return untold("a configured website")
    outputs = WebsiteOutputs(uploaded_logo_url=None, demo_store_url=restaurant and restaurant.demo_store_url)
    return _if_done(case, found, found.done, "the website was configured", outputs)


def services(case: Case) -> Look:
    """Configured services."""
    found = case.setup.services
    if found is None:
        return untold("a configuration of services")
    return _if_done(case, found, found.done, "services were configured", ServicesOutputs())


def payment(case: Case) -> Look:
    """Configured payment, with the Stripe link where the platform tells it."""
    found, restaurant = case.setup.payment, case.status.pumpd_restaurant
    if found is None:
        return untold("a configuration of payment")
    outputs = PaymentOutputs(stripe_connect_url=restaurant and restaurant.stripe_connect_url)
    return _if_done(case, found, found.done, "payment was configured", outputs)


def onboarding_record(case: Case) -> Look:
    """An onboarding record that was brought up to date."""
    found = case.setup.onboarding_record
    if found is None:
        return untold("an onboarding record")
    outputs = SyncOutputs(onboarding_id=None, updated_fields=())
    return _if_done(case, found, not found.untouched, "the onboarding record was updated", outputs)


def _if_done(case: Case, found: Mark, done: bool, what: str, outputs: Outputs) -> Look:
    return (
        _if_ours(case, found, what, outputs) if done else shown(Verdict.NOT_THERE, f"it is not so that {what}", found)
    )


def _if_ours(case: Case, found: Mark, what: str, outputs: Outputs) -> Look:
    """THERE only if the change is marked as ours.

    Without any mark, or with a time from which the clocks cannot tell it, a success before it is enough.
    """
    if case.is_ours(found) or (case.after_success and (not found.says_who or case.may_be_ours(found))):
        return shown(Verdict.THERE, what, found, outputs)
    if not found.says_who:
        return shown(Verdict.NO_EVIDENCE, f"{what}, but the platform does not say by whom or when", found)
    if case.may_be_ours(found):
        return shown(Verdict.NO_EVIDENCE, f"{what}, but the clocks do not tell by which request", found)
    when = found.changed_at.isoformat() if found.changed_at else "an unknown time"
    return shown(Verdict.NOT_THERE, f"{what} by another request, at {when}", found)
