"""What is asked at the configuration gate."""

from datetime import date
from uuid import uuid4

from registration.companies.details import CompanyDetails, Director, Shareholder
from registration.configuration.proposals import propose
from registration.gates.decisions import Change, ExtractAgain, GoAhead, LeaveOut
from registration.gates.questions.config import config_question
from registration.gates.questions.config_section import read_change
from registration.gates.questions.contexts import Difference
from registration.gates.questions.facts import config_facts
from registration.gates.rounds import Details, Question
from registration.restaurants.models import MenuChoice
from registration.workflow.sub_steps import SubStepName
from tests.registration.gates.questions.make import MENU, OLD_MENU, make_config_context, make_restaurant


def _labels(question: Question) -> list[str]:
    return [choice.label for choice in question.choices]


def test_a_clean_restaurant_is_one_click() -> None:
    """Going ahead, with what is shown, is preset; without trouble nothing is to be extracted again."""
    context = make_config_context()
    question = config_question(context)
    assert question.preset == "Go ahead as proposed"
    assert {choice.label: choice.answer for choice in question.choices} == {
        "Go ahead as proposed": GoAhead(proposed=context.config),
        "Change…": Change(),
        "Decide later": None,
        "Leave this restaurant out": LeaveOut(),
    }


def test_what_preflight_refuses_cannot_be_gone_ahead_with() -> None:
    """The reasons are shown, `Change…` is preset."""
    question = config_question(make_config_context(refusals=("there are no opening hours",)))
    assert question.preset == "Change…"
    assert "Go ahead as proposed" not in _labels(question)
    assert question.evidence.startswith("**In the way:** there are no opening hours\n\n")


def test_extracting_again_is_offered_where_it_can_help() -> None:
    """After a failed extraction, and where no menu has items."""
    failed = config_question(make_config_context(extraction_error="took longer than 10 minutes"))
    assert failed.choices[2].answer == ExtractAgain()
    assert "**Menu and branding extraction failed:** took longer than 10 minutes" in failed.evidence
    empty = MenuChoice(id=uuid4(), version=1, items=0)
    assert "Extract again" in _labels(config_question(make_config_context(menus=(empty,))))


def test_the_evidence_lists_what_is_proposed() -> None:
    """Account, contact, company, menu with its items, colours, what is not run, what differs."""
    context = make_config_context(
        proposal=propose(make_restaurant(phone="ask Bob"), MENU),
        has_account=True,
        differences=(Difference("contact name", "Jack", "John"),),
    )
    assert config_question(context).evidence.split("\n\n") == [
        (
            "**Left out of the proposal:** phone\\: 'ask Bob' is not a New Zealand phone number, as 09 379 1234 or "
            "\\+64 21 123 4567"
        ),
        "Account: **owner\\@jax\\.co\\.nz** (exists already) · Phone: none · Contact: **Jack Tan**",
        "Company: JAX BURGERS LIMITED · 1003 · Address: **1 Queen St, Auckland** · Hours: daily 11\\:00\\-21\\:00",
        (
            "Menu: version 3 with 40 items · Colours: **\\#aa0000** and **\\#00bb00**, light theme · "
            "Header image: facebook cover image · Items: as card · Stripe link: no"
        ),
        "Contact name: **Jack** is kept as typed; the register says **John**",
    ]


def test_the_register_entry_is_shown_with_the_source_of_the_contact() -> None:
    """Bounded: a company may have hundreds of shareholders."""
    directors = tuple(Director(name=name, full_legal_name=name.upper()) for name in ("Mere Walker", "Hemi Tane"))
    gone = Director(name="Rei Left", full_legal_name="REI LEFT", ceased=date(2020, 1, 2))
    entry = CompanyDetails(
        company_name="JAX BURGERS LIMITED",
        company_number="1003",
        status="Registered",
        directors=(*directors, gone),
        shareholders=tuple(
            Shareholder(name=f"Holder {number} {'x' * 500}", type="individual", shares=1) for number in range(200)
        ),
        gst_numbers=("123-456-789",),
        phones=("+6493791234",),
    )
    proposal = propose(make_restaurant(contact_name=None), MENU, directors=entry.contacts)
    context = make_config_context(proposal=proposal, entry=entry)
    evidence = config_question(context).evidence.replace("\\", "")
    assert "Contact: **Mere Walker** (proposed: a director on the register, one of 2 active directors)" in evidence
    assert "directors: Mere Walker, Hemi Tane, Rei Left (until 2020-01-02)" in evidence
    assert "and 195 more · GST numbers: 123-456-789 · phones: +6493791234" in evidence
    assert len(evidence) < 2000
    assert "and 195 more" in config_facts(context)["on the register"]


def test_a_change_that_changes_nothing_is_the_proposal() -> None:
    """The section shows the whole proposal: read back untouched, it is the same configuration."""
    context = make_config_context(asked=Details.CHANGE)
    question = config_question(context)
    assert question.preset == _labels(question)[0] == "Go ahead with the details below"
    assert read_change(question, question.prefilled) == context.config


def test_an_empty_proposal_survives_its_section_too() -> None:
    """What is missing is shown as empty and read as missing."""
    nothing = dict.fromkeys(("email", "phone", "address", "city", "contact_name", "opening_hours_text", "cuisine"))
    restaurant = make_restaurant(**nothing, theme=None, primary_color=None, secondary_color=None, images=())
    context = make_config_context(asked=Details.CHANGE, proposal=propose(restaurant, None), menus=(), header_images=())
    question = config_question(context)
    assert (question.prefilled["menu"], question.prefilled["header_image"]) == ("No menu", "No header image")
    assert read_change(question, question.prefilled) == context.config


def test_menus_are_offered_with_their_items_and_told_apart() -> None:
    """Two menus of one version and size carry their ids."""
    twin = MenuChoice(id=uuid4(), version=2, items=12)
    question = config_question(make_config_context(asked=Details.CHANGE, menus=(MENU, OLD_MENU, twin)))
    assert [option.label for option in question.options["menu"]] == [
        "No menu",
        "Version 3 · 40 items",
        f"Version 2 · 12 items · {OLD_MENU.id}",
        f"Version 2 · 12 items · {twin.id}",
    ]


def test_every_field_of_the_section_takes_effect() -> None:
    """What a person changes is in the configuration."""
    question = config_question(make_config_context(asked=Details.CHANGE))
    config = read_change(
        question,
        question.prefilled
        | {
            "name": "Jax",
            "email": "new@jax.co.nz",
            "contact_name": "Jill",
            "opening_hours": "Mon 10:00-12:00",
            "menu": "Version 2 · 12 items",
            "theme": "Dark",
            "cuisines": "Fish; Chips ;",
            "primary_color": "#FF8800",
            "disable_gradients": True,
            "header_image": "No header image",
            "nav_logo_dark_tint": "#ABCDEF",
            "header_logo_dark_tint": "White",
            "card_text_color": "black",
            "item_layout": "List",
            "include_stripe_link": True,
            "steps": ("menuImport",),
        },
    )
    assert (config.restaurant.name, config.account.email, config.onboarding.user_email) == (
        "Jax",
        "new@jax.co.nz",
        "new@jax.co.nz",
    )
    assert (config.onboarding.user_name, config.menu.selected_menu_id) == ("Jill", OLD_MENU.id)
    website = config.website
    assert (website.theme, website.cuisines, website.primary_color) == ("dark", ("Fish", "Chips"), "#ff8800")
    assert (website.configure_header, website.header_image_source) == (False, None)
    assert (website.nav_logo_dark_tint.colour, website.header_logo_dark_tint.choice) == ("#abcdef", "white")
    assert (website.nav_text_color.choice, website.card_text_color.choice) == ("white", "black")
    assert (website.disable_gradients, website.item_layout) == (True, "list")
    assert config.payment.include_stripe_link
    assert config.steps_enabled == {SubStepName.MENU_IMPORT}


def test_what_was_refused_is_shown_again_as_far_as_it_can_be_picked() -> None:
    """Typed texts come back; a menu that is gone does not, since no form could be submitted with it."""
    typed = {"email": "nobody", "menu": "Version 9 · 1 items", "steps": ("itemTags", "old"), "unknown": "x"}
    question = config_question(make_config_context(asked=Details.CHANGE, typed=typed))
    assert question.prefilled["email"] == "nobody"
    assert question.prefilled["menu"] == "Version 3 · 40 items"
    assert question.prefilled["steps"] == ("itemTags",)
    assert "unknown" not in question.prefilled


def test_a_refused_configuration_is_shown_again() -> None:
    """What preflight refused is what the section begins with, not the proposal."""
    changed = propose(make_restaurant(name="Jax Two"), OLD_MENU).config
    question = config_question(make_config_context(asked=Details.CHANGE, changed=changed))
    assert (question.prefilled["name"], question.prefilled["menu"]) == ("Jax Two", "Version 2 · 12 items")
