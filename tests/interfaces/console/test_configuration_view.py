"""What the page of configurations shows, without HTTP: order, what goes back, changes, origins, and what is wrong."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from starlette.datastructures import QueryParams

from interfaces.console.pages.configuration.changes import changes_between, changes_by_layer
from interfaces.console.pages.configuration.editor import GROUPS, editor_of, filled_from, opened
from interfaces.console.pages.configuration.outcome import Outcome
from interfaces.console.pages.configuration.said import TYPED, contrast, said_of
from interfaces.console.pages.configuration.view import Decided, Kind, Listing, Shown, rows_of
from registration.companies.details import CompanyDetails, Director, Shareholder
from registration.configuration.models import ConfigLayer, WebsiteLayer, YoloConfig
from registration.configuration.origins import Origin
from registration.configuration.preflight import Obstacle
from registration.configuration.proposals import Proposal, propose
from registration.gates.open_questions import OpenQuestion
from registration.gates.queries import AcceptedDecision
from registration.gates.questions.config import config_question
from registration.gates.questions.config_section import try_change
from registration.gates.questions.contexts import ConfigContext, Difference, UnreadableContext
from registration.gates.questions.sections import SECTIONS
from registration.gates.questions.sections import Kind as FieldKind
from registration.gates.questions.unreadable import unreadable_question
from registration.gates.rounds import Details
from registration.kit.opening_hours_text import parse_opening_hours
from registration.restaurants.models import Theme
from registration.workflow.steps import GateName
from tests.registration.gates.questions.make import MENU, make_config_context, make_restaurant

BATCH = uuid4()
LIST = ConfigLayer(website=WebsiteLayer(theme=Theme.DARK))


def _asked(context: ConfigContext) -> OpenQuestion:
    return OpenQuestion(GateName.YOLO_CONFIG, context, config_question(context))


def test_what_is_in_the_way_comes_first_and_only_clear_ones_are_counted() -> None:
    """Then those whose answer was not taken, then failed extractions; each in the order of the batch."""
    unreadable = UnreadableContext(
        job_id=uuid4(), position=5, visit=1, restaurant_name="Odd", city=None, reason="hours: <b>"
    )
    questions = [
        _asked(make_config_context(position=1)),
        _asked(make_config_context(position=2, extraction_error="menu: 503")),
        _asked(make_config_context(position=3, refusals=("no menu is selected",))),
        _asked(make_config_context(position=4, refused="the proposal has changed")),
        OpenQuestion(GateName.YOLO_CONFIG, unreadable, unreadable_question(unreadable)),
        _asked(make_config_context(position=6, differences=(Difference("phone", "1", "2"),))),
    ]
    rows = rows_of(BATCH, questions, {})
    kinds = [Kind.BLOCKED, Kind.BLOCKED, Kind.AGAIN, Kind.FAILED, Kind.CLEAR, Kind.CLEAR]
    assert [(row.position, row.kind) for row in rows] == list(zip((3, 5, 4, 2, 1, 6), kinds, strict=True))
    assert [row.ready for row in rows] == [False, False, True, True, True, True]
    assert [bool(row.shown) for row in rows] == [True, False, True, True, True, True]
    assert rows[1].why == "its data cannot be read: hours: <b>"
    assert "typed “1”, register “2”" in rows[5].notes
    listing = Listing(BATCH, "Monday", rows, 0, 0, settled=False)
    assert (listing.clear, listing.positions) == (2, "1 2 3 4 5 6")


def test_what_is_shown_goes_back_as_it_was() -> None:
    """Without the defaults it is short, and read back as the same configuration."""
    context = make_config_context(proposal=propose(make_restaurant(theme="dark"), MENU, LIST))
    [row] = rows_of(BATCH, [_asked(context)], {})
    back = Shown.model_validate_json(row.shown)
    assert (back.config, back.job, back.visit) == (context.config, context.job_id, 1)
    assert len(row.shown) < 1500
    assert (row.email, row.account, row.menu) == ("owner@jax.co.nz", "new", "v3 · 40")


def test_changes_are_named_field_by_field() -> None:
    """Of a proposal that is another one now, and of values for all; a menu that went is no "none"."""
    context = make_config_context()
    before = make_config_context(proposal=propose(make_restaurant(phone="021 123 4567"), MENU)).config
    assert changes_between(before, context) == ["Phone: +64211234567 → +6493791234"]
    gone = replace(context, menus=())
    assert changes_between(before, gone)[-1].startswith("Phone")
    without = replace(context, proposal=propose(make_restaurant(), None))
    assert changes_between(context.config, without) == ["Menu: Version 3 · 40 items → No menu"]
    layer = ConfigLayer.model_validate(
        {"website": {"theme": "dark"}, "payment": {"include_stripe_link": True}, "steps_enabled": {"itemTags": False}}
    )
    assert changes_by_layer(layer, context) == [
        "Theme: Light → Dark",
        "Include the Stripe link: no → yes",
        "Sub-steps to run: itemTags → without them",
    ]
    assert changes_by_layer(ConfigLayer(), context) == []


def test_the_editor_has_every_field_once_with_its_origin() -> None:
    """Values for all that stand over the table are laid over what it shows."""
    names = [name for _, fields in GROUPS for name in fields]
    assert sorted(names) == sorted(field.name for field in SECTIONS[Details.CHANGE])
    assert len(names) == 23
    context = make_config_context(origins={"theme": Origin.RESTAURANT, "user_name": Origin.REGISTER})
    one = opened(context, LIST)
    assert (one.base["theme"], one.origins["theme"]) == ("Dark", Origin.FOR_ALL)
    assert one.origins["contact_name"] == Origin.REGISTER
    assert Shown.model_validate_json(one.shown).config == context.config
    said, others = said_of(one.origins, {"city"}, {"phone": "is wrong"}, [Obstacle("user_email", "no e-mail")], None)
    assert (said["city"].origin, said["phone"].wrong, said["email"].wrong) == (TYPED, "is wrong", "no e-mail")
    assert others == ()
    week, _ = said_of(one.origins, (), {}, (), _on_tuesdays(context))
    assert week["opening_hours"].week[:2] == (("Mon", ""), ("Tue", "17:00-01:00"))
    assert week["opening_hours"].note.startswith("Tue 17:00-01:00; closed Mon, Wed")
    editor = editor_of(BATCH, one, said, others, None)
    assert [title for title, _ in editor.groups] == [title for title, _ in GROUPS]


def _on_tuesdays(context: ConfigContext) -> YoloConfig:
    """The proposal, open on Tuesdays alone."""
    hours = parse_opening_hours("Tue 17:00-01:00")
    return context.config.model_copy(
        update={"restaurant": context.config.restaurant.model_copy(update={"opening_hours": hours})}
    )


def test_the_people_of_the_register_can_be_picked() -> None:
    """Directors first; the form says whom, and who is no such person is not taken."""
    entry = CompanyDetails(
        company_name="JAX BURGERS LIMITED",
        company_number="1003",
        status="Registered",
        directors=(Director(name="Ana Rau", full_legal_name="Ana RAU"),),
        shareholders=(Shareholder(name="HEMI RAU", type="individual"),),
    )
    one = opened(make_config_context(entry=entry), ConfigLayer())
    assert [person.value for person in one.people] == ["", "Ana Rau", "Hemi Rau"]
    filled = filled_from(QueryParams([*_form(one.context).multi_items(), ("contact", "Ana Rau")]), one)
    assert (filled.contact, filled.typed) == ("Ana Rau", {"contact_name"})


def _form(context: ConfigContext, **typed: str) -> QueryParams:
    """What a browser sends for the editor as it opens, with other texts."""
    fields = {field.name: field.kind for field in SECTIONS[Details.CHANGE]}
    pairs: list[tuple[str, str]] = []
    for name, value in (dict(opened(context, ConfigLayer()).base) | typed).items():
        if fields[name] is FieldKind.FLAG:
            pairs += [(name, "yes")] if value else []
        else:
            pairs += [(name, one) for one in value] if isinstance(value, tuple) else [(name, str(value))]
    return QueryParams(pairs)


def test_a_form_that_nobody_changed_says_the_proposal() -> None:
    """Byte for byte; a field counts as typed once it says something else."""
    context = make_config_context()
    one = opened(context, ConfigLayer())
    filled = filled_from(_form(context), one)
    assert (filled.typed, filled.contact) == (frozenset(), "")
    config, wrong = try_change(one.question, filled.values)
    assert (config, wrong) == (context.config, {})
    changed = filled_from(_form(context, city="Nelson", phone="12"), one)
    assert changed.typed == {"city", "phone"}


def test_every_wrong_field_says_why() -> None:
    """All at once, each beside its own field."""
    context = make_config_context()
    one = opened(context, ConfigLayer())
    wrong_texts = {
        "phone": "12",
        "email": "nobody",
        "opening_hours": "Mon 25:00-26:00",
        "primary_color": "red",
        "nav_logo_dark_tint": "pink",
        "menu": "Version 9 · 1 items",
    }
    config, wrong = try_change(one.question, filled_from(_form(context, **wrong_texts), one).values)
    assert config is None
    assert wrong.keys() == wrong_texts.keys()
    assert (wrong["menu"], "25:00" in wrong["opening_hours"]) == ("is not offered any more", True)


def test_a_decision_of_somebody_else_says_who_where_and_when() -> None:
    """Also that a restaurant left without any."""
    decision = AcceptedDecision("Hemi", "prefect", datetime.now(UTC), {"kind": "go_ahead"}, None)
    one = Decided.of(uuid4(), 3, "Kai", decision)
    assert (one.answer, one.by, one.channel) == ("go ahead", "Hemi", "the Prefect form")
    assert Decided.of(uuid4(), 3, "Kai", None).answer == "does not wait any more"
    listing = Listing(BATCH, "Monday", (), 1, 0, settled=False)
    outcome = Outcome(listing, "", (("Kai", "already decided by Hemi", ""),), decided=(one,))
    assert (outcome.tone, outcome.settled, outcome.all_ended) == ("wrong", str(one.id), True)


@pytest.mark.parametrize("one, other, ratio", [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48)])
def test_contrast_is_that_of_the_standard(one: str, other: str, ratio: float) -> None:
    """Whichever of the two is the text."""
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.01)


def test_an_empty_proposal_is_a_row_too() -> None:
    """A restaurant of which only the name is known."""
    bare = make_restaurant(
        email=None,
        phone=None,
        address=None,
        city=None,
        contact_name=None,
        opening_hours_text=None,
        cuisine=None,
        theme=None,
        primary_color=None,
        secondary_color=None,
        images=[],
    )
    proposal: Proposal = propose(bare, None)
    context = make_config_context(proposal=proposal, menus=(), header_images=(), refusals=("no menu is selected",))
    [row] = rows_of(BATCH, [_asked(context)], {})
    assert (row.email, row.account, row.menu, row.colours, row.header) == ("", "", "", (None, None), "")
