"""`registration settings`."""

from tests.interfaces.cli.conftest import Commands


async def test_everything_is_off_at_first(registration: Commands) -> None:
    """Nobody has to switch anything."""
    said = await registration("settings")
    assert (said.code, said.out) == (0, "auto-select-clear-matches  off\n")


async def test_a_switch_is_kept_and_recorded(registration: Commands) -> None:
    """On, on again and off; each with who did it and why."""
    arguments = ("--by", "Mere", "--why", "they are always right", "--json")
    for on in (True, True, False):
        flag = f"--{'' if on else 'no-'}auto-select-clear-matches"
        said = await registration("settings", flag, *arguments)
        assert (said.code, said.json) == (0, {"auto_select_clear_matches": on})
        assert (await registration("settings", "--json")).json == said.json
    told = await registration.query("select what, actor, reason from registration_events order by created_at")
    assert [one["what"].rpartition(" ")[2] for one in told] == ["on", "on", "off"]
    assert {(one["actor"], one["reason"]) for one in told} == {("Mere", "they are always right")}
