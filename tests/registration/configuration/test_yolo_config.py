"""The account configuration: defaults, switches, colours, what is refused, and its stored form."""

import pytest
from pydantic import JsonValue, ValidationError

from registration.configuration.models import (
    ConfigLayer,
    PaymentLayer,
    PaymentSection,
    WebsiteLayer,
    WebsiteSection,
    YoloConfig,
)
from registration.configuration.website import LogoTint, TextColour, TextColourChoice, Tint
from registration.kit.values import reasons
from registration.restaurants.models import Theme
from registration.workflow.sub_steps import SubStepName


def test_everything_runs_by_default() -> None:
    """All twelve sub-steps are on unless they are switched off."""
    config = YoloConfig.model_validate({"steps_enabled": {"itemTags": False}})
    assert config.steps_enabled == frozenset(SubStepName) - {SubStepName.ITEM_TAGS}
    assert not config.is_enabled(SubStepName.ITEM_TAGS)
    assert config.is_enabled(SubStepName.MENU_IMPORT)


def test_the_stored_form_has_one_flag_per_sub_step() -> None:
    """Stored and read back the configuration is the same, with twelve flags."""
    config = YoloConfig.model_validate(
        {"account": {"email": "A@b.co.nz"}, "website": {"theme": "light"}, "steps_enabled": {"itemTags": False}}
    )
    stored = config.model_dump(mode="json")
    assert stored["steps_enabled"] == {name.value: name is not SubStepName.ITEM_TAGS for name in SubStepName}
    assert YoloConfig.model_validate(stored) == config
    assert YoloConfig.model_validate_json(config.model_dump_json()) == config


@pytest.mark.parametrize("theme,text", [(Theme.LIGHT, TextColour.SECONDARY), (Theme.DARK, TextColour.WHITE)])
def test_text_follows_the_theme(theme: Theme, text: TextColour) -> None:
    """Texts that are not chosen are secondary on light, white on dark."""
    website = WebsiteSection(theme=theme)
    assert (website.nav_text_color.choice, website.card_text_color.choice) == (text, text)


def test_chosen_text_stays_whatever_the_theme() -> None:
    """A chosen colour is not replaced by the theme's."""
    website = WebsiteSection(theme=Theme.LIGHT, nav_text_color=TextColourChoice(choice=TextColour.BLACK))
    assert website.hex_of(website.nav_text_color) == "#000000"


@pytest.mark.parametrize(
    "tint,resolved",
    [
        ("none", None),
        ("white", "#ffffff"),
        ("black", "#000000"),
        ("primary", "#112233"),
        ("secondary", None),
        ("#FF8800", "#ff8800"),
        ({"choice": "custom", "colour": "#FF8800"}, "#ff8800"),
    ],
)
def test_every_tint_takes_effect(tint: JsonValue, resolved: str | None) -> None:
    """Each choice resolves to the colour that is meant; a brand colour that is not known to none."""
    website = WebsiteSection.model_validate({"primary_color": "#112233", "nav_logo_dark_tint": tint})
    assert website.hex_of(website.nav_logo_dark_tint) == resolved


@pytest.mark.parametrize(
    "values,reason",
    [
        ({"website": {"nav_text_color": "custom"}}, "website.nav_text_color: custom needs its colour, as #ff8800"),
        (
            {"website": {"nav_text_color": {"choice": "white", "colour": "#ff0000"}}},
            "website.nav_text_color: white takes no colour; choose custom to use #ff0000",
        ),
        ({"website": {"primary_color": "red"}}, "website.primary_color: a colour is written #rrggbb, not 'red'"),
        ({"account": {"password": "x"}}, "account.password: is not a known field"),
        ({"skipSteps": []}, "skipSteps: is not a known field"),
        (
            {"restaurant": {"phone": "12"}},
            "restaurant.phone: '12' is not a New Zealand phone number, as 09 379 1234 or +64 21 123 4567",
        ),
        ({"menu": {"selected_menu_id": "newest"}}, "menu.selected_menu_id: Input should be a valid UUID"),
        ({"steps_enabled": {"dance": True}}, "steps_enabled.dance"),
        ({"account": {"email": "nobody"}}, "account.email: value is not a valid email address"),
        ({"website": {"header_image_source": "selfie"}}, "website.header_image_source: Input should be"),
    ],
)
def test_what_breaks_a_rule_is_refused_with_its_place(values: dict[str, JsonValue], reason: str) -> None:
    """One clear reason per mistake, naming the field."""
    with pytest.raises(ValidationError) as caught:
        YoloConfig.model_validate(values)
    [said] = reasons(caught.value)
    assert said.startswith(reason)


def test_choices_can_be_keys_and_copies() -> None:
    """The configuration is a value: hashable and deeply copyable."""
    config = YoloConfig(website=WebsiteSection(nav_logo_dark_tint=LogoTint(choice=Tint.WHITE)))
    copy = config.model_copy(deep=True)
    assert (copy, hash(copy)) == (config, hash(config))


def test_layers_speak_of_fields_that_exist() -> None:
    """What can be said for many restaurants is a part of the configuration of one."""
    assert set(WebsiteLayer.model_fields) <= set(WebsiteSection.model_fields)
    assert set(PaymentLayer.model_fields) <= set(PaymentSection.model_fields)
    assert set(ConfigLayer.model_fields) <= set(YoloConfig.model_fields)


@pytest.mark.parametrize("section", ["account", "restaurant", "menu", "onboarding"])
def test_layers_say_nothing_of_a_single_restaurant(section: str) -> None:
    """An e-mail or a menu for all restaurants would be the wrong one for all but one."""
    with pytest.raises(ValidationError, match=section):
        ConfigLayer.model_validate({section: {}})
