"""Where proposed values come from, and which field a person would correct."""

from collections.abc import Mapping
from uuid import uuid4

from registration.configuration.models import ConfigLayer, YoloConfig
from registration.configuration.origins import Origin, origins
from registration.configuration.preflight import Facts, obstacles
from registration.configuration.queries import ConfigInputs
from registration.configuration.state import ConfigState
from registration.restaurants.models import ImageName, MenuChoice, RestaurantData
from registration.workflow.sub_steps import SubStepName

RESTAURANT = RestaurantData(
    id=uuid4(), organisation_id=uuid4(), name="Jax", theme=None, images=frozenset({ImageName.WEBSITE})
)


def _state(default: Mapping[str, object], for_all: Mapping[str, object], contact: str | None = None) -> ConfigState:
    inputs = ConfigInputs(
        menus=(MenuChoice(id=uuid4(), version=1, items=3),),
        default_config=ConfigLayer.model_validate(default),
        for_all=ConfigLayer.model_validate(for_all),
        contact=contact,
        extraction_error=None,
        conflicts={},
    )
    off = {SubStepName.ITEM_TAGS: "registration.itemTagUploading"}
    return ConfigState(RESTAURANT.organisation_id, RESTAURANT, inputs, off)


def test_each_value_has_the_origin_that_went_over_the_others() -> None:
    """A header image counts only where the restaurant has it; a missing value has no origin."""
    default = {"website": {"theme": "light", "item_layout": "list", "header_image_source": "doordash_og_image"}}
    found = origins(_state(default, {"website": {"theme": "dark"}}, contact="Ana Rau"))
    assert (found["theme"], found["item_layout"]) == (Origin.FOR_ALL, Origin.BATCH)
    assert (found["name"], found["selected_menu_id"], found["user_name"]) == (
        Origin.RESTAURANT,
        Origin.RESTAURANT,
        Origin.PICKED,
    )
    assert (found["header_image_source"], found["disable_gradients"]) == (Origin.RESTAURANT, Origin.STANDARD)
    assert found["steps_enabled"] is Origin.FEATURES
    assert "phone" not in found
    assert origins(_state({}, {"steps_enabled": {"itemTags": True}}))["steps_enabled"] is Origin.FOR_ALL


def test_what_is_in_the_way_names_the_field_to_correct() -> None:
    """One sentence each, as for every other channel."""
    facts = Facts(menu_items=None, account_refusal="it is foreign")
    config = YoloConfig.model_validate({"website": {"configure_header": True, "nav_text_color": "primary"}})
    found = {one.field for one in obstacles(config, facts)}
    assert found == {
        "email",
        "selected_menu_id",
        "primary_color",
        "name",
        "opening_hours",
        "address",
        "phone",
        "header_image_source",
        "nav_text_color",
        "user_email",
        "user_name",
    }
