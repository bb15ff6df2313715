"""`registration answer` at the second gate: configurations that are confirmed, and fields that are changed."""

from sqlalchemy.ext.asyncio import AsyncConnection

from tests.interfaces.cli.conftest import Commands
from tests.interfaces.cli.decisions import kinds_and_verdicts
from tests.interfaces.cli.pseudo_terminal import converse
from tests.interfaces.cli.waiting_batches import batch_at_config_gate
from tests.registration.database.rows import add


async def _with_menus(registration: Commands, everything: AsyncConnection) -> None:
    for row in await registration.query("select restaurant_id from registration_jobs"):
        menu = await add(everything, "menus", registration.organisation_id, restaurant_id=row["restaurant_id"])
        await add(everything, "menu_items", registration.organisation_id, menu_id=menu)


async def test_clear_configurations_are_confirmed_at_once(registration: Commands, everything: AsyncConnection) -> None:
    """A configuration that preflight refuses is shown with the reason, and offered only as a change."""
    batch = await batch_at_config_gate(registration, "a@kai.nz", None, "c@kai.nz")
    await _with_menus(registration, everything)
    done, screen = await converse(registration, batch.batch_id, "a", "g", "", "", "4 b@kai.nz", "", "y")
    assert kinds_and_verdicts(done) == [("go_ahead", True), ("change", True), ("go_ahead", True)]
    assert "'g' is none of the choices" in screen
    assert "in the way: there is no e-mail for the account" in screen
    configs = await registration.query("select execution_config from registration_jobs order by position")
    assert [row["execution_config"]["account"]["email"] for row in configs] == ["a@kai.nz", "b@kai.nz", "c@kai.nz"]


async def test_values_for_all_override_every_confirmed_proposal(
    registration: Commands, everything: AsyncConnection
) -> None:
    """Contradictory values are refused with the reason."""
    batch = await batch_at_config_gate(registration, "a@kai.nz", "b@kai.nz")
    await _with_menus(registration, everything)
    lines = ("f", "1 Light", "7 12", "8", "12", "", "", "8 12", "", "a", "y")
    done, screen = await converse(registration, batch.batch_id, *lines)
    assert kinds_and_verdicts(done) == [("go_ahead", True), ("go_ahead", True)]
    assert "itemTags: both to run and not to run" in screen
    assert "gone ahead with: website: (theme: light), steps enabled: (itemTags: False)" in screen
    configs = [row["c"] for row in await registration.query("select execution_config as c from registration_jobs")]
    assert [entry["website"]["theme"] for entry in configs] == ["light", "light"]
    assert [entry["steps_enabled"]["itemTags"] for entry in configs] == [False, False]


async def test_every_kind_of_field_can_be_changed(registration: Commands, everything: AsyncConnection) -> None:
    """Text, choice, flag and list of sub-steps; invalid values are refused with the reason."""
    batch = await batch_at_config_gate(registration, "a@kai.nz")
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
    done, screen = await converse(registration, batch.batch_id, *lines, "y")
    assert kinds_and_verdicts(done) == [("change", True)]
    assert "a colour is written #rrggbb, not 'red'" in screen
    assert "'99' is none of the fields" in screen
    assert "'nothing' is none of the choices" in screen
    [row] = await registration.query("select execution_config as config from registration_jobs")
    website = row["config"]["website"]
    assert (website["theme"], website["item_layout"], website["primary_color"]) == ("light", "list", "#ff8800")
    assert row["config"]["payment"]["include_stripe_link"] is True
    off = [name for name, on in row["config"]["steps_enabled"].items() if not on]
    assert off == ["itemTags", "optionSets", "syncOnboardingUser"]  # the last one is off for a new organisation
