"""Feature flags as the platform reads them."""

import json
from pathlib import Path

import pytest
from pydantic import JsonValue

from registration.configuration.features import FEATURES, features_off
from registration.database.tables.platform import DEFAULT_FEATURES
from registration.workflow.sub_steps import SUB_STEPS, SubStepName
from tests.platform_contract.contract import contract

FLAGS = json.loads((Path(__file__).parents[3] / "dev" / "sandbox" / "data" / "feature_flags.json").read_text())
SYNC = SubStepName.SYNC_ONBOARDING_USER


@pytest.mark.parametrize("name", SubStepName)
def test_every_sub_step_has_the_flag_of_its_route(name: SubStepName) -> None:
    """As the contract names it; the upload of images asks for none."""
    flags = contract().endpoints[SUB_STEPS[name].endpoint].feature_flag
    own = [one.split()[0] for one in flags or () if one != "registration"]
    assert own == ([f"registration.{FEATURES[name]}"] if name in FEATURES else [])


def test_the_platform_has_the_synchronisation_off_by_default() -> None:
    """And everything else on, in our migration's default for a new organisation as in the sandbox's."""
    assert features_off(FLAGS) == {SYNC: "registration.onboardingSync"}
    assert DEFAULT_FEATURES == FLAGS


@pytest.mark.parametrize("flags", [None, "no object"])
def test_nothing_is_off_where_no_flags_are_known(flags: JsonValue) -> None:
    """The column may be empty."""
    assert features_off(flags) == {}


@pytest.mark.parametrize("group", [None, False, {}, {"enabled": False}, {"enabled": "true"}])
def test_without_the_group_everything_is_off(group: JsonValue) -> None:
    """A missing flag is off, and the group is asked for besides."""
    assert features_off({"registration": group}) == dict.fromkeys(FEATURES, "registration")


@pytest.mark.parametrize("flag, on", [(True, True), ({"enabled": True}, True), ({"enabled": False}, False), (1, False)])
def test_a_flag_is_true_or_an_object_that_is_enabled(flag: JsonValue, *, on: bool) -> None:
    """Anything else is off."""
    off = features_off({"registration": {"enabled": True, "onboardingSync": flag}})
    assert (SYNC not in off) == on
