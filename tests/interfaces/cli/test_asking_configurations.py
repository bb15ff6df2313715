"""`registration answer` at the second gate: configurations that are taken as they are, and fields that are changed."""

from sqlalchemy.ext.asyncio import AsyncConnection

from tests.interfaces.cli.answered import kinds
from tests.interfaces.cli.at_terminal import asked
from tests.interfaces.cli.conftest import Commands
from tests.interfaces.cli.gates import at_config_gate
from tests.registration.database.rows import add


async def _with_menus(registration: Commands, everything: AsyncConnection) -> None:
    for row in await registration.query("select restaurant_id from registration_jobs"):
        menu = await add(everything, "menus", registration.organisation_id, restaurant_id=row["restaurant_id"])
        await add(everything, "menu_items", registration.organisation_id, menu_id=menu)


async def test_clean_configurations_are_gone_ahead_with_at_once(
    registration: Commands, everything: AsyncConnection
) -> None:
    """What preflight refuses is shown, and offered only as a change."""
    batch = await at_config_gate(registration, "a@kai.nz", None, "c@kai.nz")
    await _with_menus(registration, everything)
    done, screen = await asked(registration, batch.batch_id, "a", "g", "", "", "4 b@kai.nz", "", "y")
    assert kinds(done) == [("go_ahead", True), ("change", True), ("go_ahead", True)]
    assert "'g' is none of the choices" in screen
    assert "in the way: there is no e-mail for the account" in screen
    configs = await registration.query("select execution_config from registration_jobs order by position")
    assert [one["execution_config"]["account"]["email"] for one in configs] == ["a@kai.nz", "b@kai.nz", "c@kai.nz"]


async def test_something_can_be_said_for_all(registration: Commands, everything: AsyncConnection) -> None:
    """It lies over every proposal that is gone ahead with; what contradicts itself is said."""
    batch = await at_config_gate(registration, "a@kai.nz", "b@kai.nz")
    await _with_menus(registration, everything)
    lines = ("f", "1 Light", "7 12", "8", "12", "", "", "8 12", "", "a", "y")
    done, screen = await asked(registration, batch.batch_id, *lines)
    assert kinds(done) == [("go_ahead", True), ("go_ahead", True)]
    assert "itemTags: both to run and not to run" in screen
    assert "gone ahead with: website: (theme: light), steps enabled: (itemTags: False)" in screen
    configs = [row["c"] for row in await registration.query("select execution_config as c from registration_jobs")]
    assert [one["website"]["theme"] for one in configs] == ["light", "light"]
    assert [one["steps_enabled"]["itemTags"] for one in configs] == [False, False]


async def test_every_kind_of_field_can_be_changed(registration: Commands, everything: AsyncConnection) -> None:
    """Text, choice, flag and the list of sub-steps; wrong ones are said."""
    batch = await at_config_gate(registration, "a@kai.nz")
    await _with_menus(registration, everything)
    lines = (
        "c",
        "9",
        "1",
        "21 List",
        "22",
        "23",
        "12",
        "11",
        "",
        "11 red",
        "",
        "11 #FF8800",
        "99",
        "23 nothing",
        "23 optionSets",
        "23 11",
        "",
    )
    done, screen = await asked(registration, batch.batch_id, *lines, "y")
    assert kinds(done) == [("change", True)]
    assert "a colour is written #rrggbb, not 'red'" in screen
    assert "'99' is none of the fields" in screen
    assert "'nothing' is none of the choices" in screen
    [row] = await registration.query("select execution_config as config from registration_jobs")
    website = row["config"]["website"]
    assert (website["theme"], website["item_layout"], website["primary_color"]) == ("light", "list", "#ff8800")
    assert row["config"]["payment"]["include_stripe_link"] is True
    off = [name for name, on in row["config"]["steps_enabled"].items() if not on]
    assert off == ["itemTags", "optionSets", "syncOnboardingUser"]  # the last one is off for a new organisation
