"""`registration settings`: the policies of an organisation."""

from tests.interfaces.cli.conftest import Commands


async def test_every_policy_is_off_by_default(registration: Commands) -> None:
    """An organisation without stored settings."""
    result = await registration("settings")
    assert (result.code, result.out) == (0, "auto-select-clear-matches  off\n")


async def test_a_switch_is_stored_and_recorded(registration: Commands) -> None:
    """On, on again and off; each with person and reason."""
    arguments = ("--by", "Mere", "--why", "they are always right", "--json")
    for on in (True, True, False):
        flag = f"--{'' if on else 'no-'}auto-select-clear-matches"
        result = await registration("settings", flag, *arguments)
        assert (result.code, result.json) == (0, {"auto_select_clear_matches": on})
        assert (await registration("settings", "--json")).json == result.json
    document = await registration.query("select what, actor, reason from registration_events order by created_at")
    assert [row["what"].rpartition(" ")[2] for row in document] == ["on", "on", "off"]
    assert {(row["actor"], row["reason"]) for row in document} == {("Mere", "they are always right")}
