"""What each answer at the configuration gate does to the job."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import text

from registration.configuration.models import ConfigLayer, PaymentLayer, WebsiteLayer, YoloConfig
from registration.configuration.queries import read_config_inputs
from registration.configuration.website import HeaderImageSource, TextColour
from registration.gates.config_contexts import config_contexts
from registration.gates.decisions import Change, ExtractAgain, GoAhead
from registration.gates.questions.config import GO_AHEAD, config_question
from registration.gates.questions.config_evidence import config_evidence
from registration.gates.questions.contexts import ConfigContext
from registration.gates.rounds import Details
from registration.restaurants.models import Theme
from registration.states import JobStatus
from registration.workflow.step_queries import arrive_at
from registration.workflow.steps import Step
from registration.workflow.sub_steps import SubStepName
from tests.registration.at_gate import AtGate, at_config_gate
from tests.registration.database.rows import add
from tests.registration.tenant import Tenant

LIGHT = ConfigLayer(website=WebsiteLayer(theme=Theme.LIGHT))


@pytest.fixture
async def waiting(tenant: Tenant) -> AtGate:
    """A job with everything that step 6 needs."""
    return await at_config_gate(tenant)


async def _config(waiting: AtGate) -> YoloConfig:
    [job] = await waiting.query("select execution_config from registration_jobs where id = :job")
    return YoloConfig.model_validate(job["execution_config"])


async def test_going_ahead_freezes_what_was_proposed(waiting: AtGate) -> None:
    """With the menu, the e-mail and the colours of the restaurant; no password is in it."""
    assert (await waiting.answer(GoAhead())).accepted
    assert await waiting.letters() == "cccccp"
    config, restaurant = await _config(waiting), await waiting.restaurant()
    assert (config.account.email, config.website.primary_color) == (restaurant["email"], "#112233")
    [menu] = await waiting.query("select id from menus where restaurant_id = :restaurant")
    assert config.menu.selected_menu_id == menu["id"]
    assert "password" not in str(config)


async def test_what_was_said_for_all_lies_over_the_proposal(waiting: AtGate) -> None:
    """Of this round; the restaurant's own row is not changed by it."""
    await waiting.answer(GoAhead(for_all=LIGHT))
    assert (await _config(waiting)).website.theme is Theme.LIGHT
    assert (await waiting.restaurant())["theme"] is None


async def _shown(waiting: AtGate) -> tuple[GoAhead, str]:
    """What "Go ahead as proposed" answers at this moment, and the evidence that stands beside it."""
    tenant = waiting.tenant
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        [context] = await config_contexts(transaction, (await waiting.job(),))
    assert isinstance(context, ConfigContext)
    question = config_question(context)
    choice = question.choice(GO_AHEAD)
    assert choice is not None
    assert isinstance(choice.answer, GoAhead)
    return choice.answer, question.evidence.replace("\\", "")


async def test_going_ahead_is_only_what_was_shown(waiting: AtGate, tenant: Tenant) -> None:
    """A menu that came since, and a colour that was changed, are asked about in the next round; then they count."""
    ahead, _ = await _shown(waiting)
    newer = await add(
        tenant.everything, "menus", tenant.organisation_id, restaurant_id=waiting.restaurant_id, version=2
    )
    await add(tenant.everything, "menu_items", tenant.organisation_id, menu_id=newer)
    await waiting.query("update restaurants set primary_color = '#abcdef' where id = :restaurant")
    verdict = await waiting.answer(ahead)
    changed = "the proposal has changed since it was shown (menu, website): review it again"
    assert (verdict.accepted, verdict.reason) == (False, changed)
    assert await waiting.letters() == "ccccap"
    again, evidence = await _shown(waiting)
    assert changed in evidence
    assert (await waiting.answer(again)).accepted
    config = await _config(waiting)
    assert (config.menu.selected_menu_id, config.website.primary_color) == (newer, "#abcdef")


async def test_what_was_said_for_all_lies_over_what_was_shown(waiting: AtGate) -> None:
    """The text follows the theme that was said; everything else is as it was shown."""
    ahead, _ = await _shown(waiting)
    assert (await waiting.answer(ahead.model_copy(update={"for_all": LIGHT}))).accepted
    website = (await _config(waiting)).website
    assert (website.theme, website.nav_text_color.choice) == (Theme.LIGHT, TextColour.SECONDARY)
    assert (website.primary_color, website.header_image_source) == ("#112233", HeaderImageSource.WEBSITE_OG_IMAGE)


async def test_what_preflight_would_refuse_is_refused(tenant: Tenant) -> None:
    """Recorded with every reason; the job goes on waiting with the same visit."""
    waiting = await at_config_gate(tenant, primary_color=None, opening_hours=None)
    verdict = await waiting.answer(GoAhead())
    assert not verdict.accepted
    assert "no primary colour" in str(verdict.reason)
    assert "there are no opening hours" in str(verdict.reason)
    assert await waiting.letters() == "ccccap"
    [decision] = await waiting.decisions()
    assert (decision["accepted"], decision["refused_reason"]) == (False, verdict.reason)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        [context] = await config_contexts(transaction, (await waiting.job(),))
    assert isinstance(context, ConfigContext)
    assert "opening hours" in config_question(context).evidence


async def test_changing_asks_for_its_fields(waiting: AtGate, tenant: Tenant) -> None:
    """The next round has the section; what was said for all is remembered for its proposal."""
    assert (await waiting.answer(Change(for_all=LIGHT))).accepted
    step = (await waiting.job()).steps[Step.YOLO_CONFIG]
    assert (step.visit, step.requested_details) == (2, Details.CHANGE)
    assert (await waiting.job()).status is JobStatus.ACTION_REQUIRED
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        inputs = await read_config_inputs(transaction, [waiting.job_id])
    assert inputs[waiting.job_id]().for_all == LIGHT
    await waiting.answer(GoAhead(), visit=2)
    assert (await _config(waiting)).website.theme is Theme.LIGHT


async def test_what_a_person_changed_is_saved_on_the_restaurant(waiting: AtGate) -> None:
    """Only the fields that differ from the proposal; the next batch proposes them."""
    await waiting.answer(GoAhead())
    config = await _config(waiting)
    other = await at_config_gate(waiting.tenant, name="Kai Two", email="kai.two@example.nz")
    [menu] = await other.query("select id from menus where restaurant_id = :restaurant")
    changed = config.model_copy(
        update={
            "restaurant": config.restaurant.model_copy(update={"name": "Kai Too", "city": "Napier"}),
            "account": config.account.model_copy(update={"email": "owner@example.nz"}),
            "menu": config.menu.model_copy(update={"selected_menu_id": menu["id"]}),
        }
    )
    before = await other.restaurant()
    assert (await other.answer(Change(config=changed))).accepted
    assert await _config(other) == changed
    after = await other.restaurant()
    changes = {name for name, value in after.items() if value != before[name]} - {"updated_at"}
    assert changes == {"name", "city", "user_email"}
    assert (after["name"], after["city"], after["user_email"]) == ("Kai Too", "Napier", "owner@example.nz")


async def test_a_menu_of_somebody_else_is_refused(waiting: AtGate, tenant: Tenant) -> None:
    """It is not an active menu of this restaurant."""
    _, foreign = await tenant.restaurant()
    config = YoloConfig.model_validate({"menu": {"selected_menu_id": str(foreign)}})
    verdict = await waiting.answer(Change(config=config))
    assert "not an active menu of this restaurant" in str(verdict.reason)


async def test_extracting_again_reopens_step_one(waiting: AtGate) -> None:
    """Only extractions created since count, both starts are new generations, and the gate is asked again."""
    await waiting.query(
        "update registration_sub_steps set status = 'completed', outputs = '{}' where name = 'menuExtraction'"
    )
    assert (await waiting.answer(ExtractAgain())).accepted
    job = await waiting.job()
    assert await waiting.letters() == "pcccpp"
    assert (job.steps[Step.EXTRACTION].visit, job.steps[Step.YOLO_CONFIG].visit) == (2, 2)
    [step] = await waiting.query(
        "select result_data from registration_job_steps where job_id = :job and step_number = 1"
    )
    assert datetime.fromisoformat(step["result_data"]["since"]).tzinfo is not None
    rows = await waiting.query(
        "select name, generation, status from registration_sub_steps where name like '%Extraction'"
    )
    assert {row["name"]: (row["generation"], row["status"]) for row in rows} == {
        "menuExtraction": (2, "pending"),
        "brandingExtraction": (1, "pending"),
    }


async def test_what_was_said_for_all_is_kept_over_another_extraction(waiting: AtGate, tenant: Tenant) -> None:
    """Also what an earlier round said, and after the gate is asked again."""
    await waiting.answer(Change(for_all=ConfigLayer(payment=PaymentLayer(include_stripe_link=True))))
    assert (await waiting.answer(ExtractAgain(for_all=LIGHT), visit=2)).accepted
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await arrive_at(transaction, waiting.job_id, Step.YOLO_CONFIG)
        inputs = (await read_config_inputs(transaction, [waiting.job_id]))[waiting.job_id]()
    assert (inputs.for_all.website.theme, inputs.for_all.payment.include_stripe_link) == (Theme.LIGHT, True)
    assert (await waiting.answer(GoAhead(), visit=3)).accepted
    config = await _config(waiting)
    assert (config.website.theme, config.payment.include_stripe_link) == (Theme.LIGHT, True)


@pytest.mark.parametrize(
    "email, on_platform, status",
    [
        ("mere@example.nz", "Mere@Example.nz", "completed"),
        ("info@exämple.co.nz", "Info@xn--exmple-cua.co.nz", "existing"),
        ("mere@example.nz", "mere@example.nz", "in_progress"),
        ("mere@example.nz", "mere@example.nz", "failed"),
    ],
)
async def test_a_foreign_account_is_refused_with_the_way_out(
    tenant: Tenant, email: str, on_platform: str, status: str
) -> None:
    """Preflight knows it from the records, however they write it and however far it is; so does the gate.

    The platform takes no second row of an e-mail, in whatever state the first one is.
    """
    waiting = await at_config_gate(tenant)
    await waiting.query("update restaurants set user_email = :email where id = :restaurant", email=email)
    await tenant.everything.execute(
        text(
            "insert into pumpd_accounts (organisation_id, restaurant_id, email, registration_status)"
            " values (:organisation, :restaurant, :email, :status)"
        ),
        {
            "organisation": tenant.organisation_id,
            "restaurant": waiting.restaurant_id,
            "email": on_platform,
            "status": status,
        },
    )
    verdict = await waiting.answer(GoAhead())
    assert f"an account for {email} that was not made here; store its password" in str(verdict.reason)


@pytest.mark.parametrize("tag", ["contains nuts", " Contains Nuts "])
async def test_a_menu_with_nuts_gets_a_remark(waiting: AtGate, tenant: Tenant, tag: str) -> None:
    """The platform would put “Nut Free” on its dishes: a person may switch the tags off here, or is asked in step 6."""
    await tenant.everything.execute(
        text(
            "update menu_items set tags = array['Vegan', cast(:tag as text)] where id = (select i.id from menu_items i"
            " join menus m on m.id = i.menu_id where m.restaurant_id = :restaurant limit 1)"
        ),
        {"tag": tag, "restaurant": waiting.restaurant_id},
    )
    view = await waiting.job()
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        [context] = await config_contexts(transaction, (view,))
    assert isinstance(context, ConfigContext)
    assert "Nut Free" in config_evidence(context)
    assert (await waiting.answer(GoAhead())).accepted


async def test_what_the_organisation_may_not_use_is_off_in_the_proposal(waiting: AtGate) -> None:
    """Onboarding records are not synchronised unless the platform has that switched on for the organisation."""
    assert (await waiting.answer(GoAhead())).accepted
    assert not (await _config(waiting)).is_enabled(SubStepName.SYNC_ONBOARDING_USER)


async def test_the_moment_of_extracting_again_is_the_databases(waiting: AtGate) -> None:
    """Extractions are dated by the database; a clock of ours that is ahead must not make them look old."""
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1)):
        assert (await waiting.answer(ExtractAgain())).accepted
    [step] = await waiting.query(
        "select cast(result_data ->> 'since' as timestamptz) <= clock_timestamp() as so from registration_job_steps"
        " where job_id = :job and step_number = 1"
    )
    assert step["so"]
