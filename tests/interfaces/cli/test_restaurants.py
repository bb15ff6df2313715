"""`registration restaurants`: its list, and what an edit changes, prints and refuses."""

from pathlib import Path

from tests.interfaces.cli.conftest import Commands

WORDS = ("--by", "Mere", "--why", "the owner called")


async def test_fields_and_images_are_changed(registration: Commands) -> None:
    """The table shows both values; a second edit with the same values changes nothing."""
    [restaurant] = await registration.restaurants(1)
    logo = registration.folder / "logo.png"
    logo.write_bytes(b"\x89PNG\r\n\x1a\nlogo")
    changes = ("--phone", "09 379 1234", "--city", "Napier", "--image", f"logo_url={logo}")
    result = await registration("restaurants", "edit", restaurant[:8], *changes, *WORDS)
    assert result.code == 0, result.err
    for shown in ("Auckland", "Napier", "image/png, 1 kB"):
        assert shown in result.out
    [row] = await registration.query("select phone, city, logo_url from restaurants")
    assert (row["phone"], row["city"], row["logo_url"][:22]) == ("+6493791234", "Napier", "data:image/png;base64,")
    again = await registration("restaurants", "edit", restaurant, *changes, *WORDS)
    assert (again.code, "nothing was changed" in again.out) == (0, True)
    removed = await registration("restaurants", "edit", restaurant, "--image", "logo_url=", "--phone", "", "--json")
    assert set(removed.json["changes"]) == {"logo_url", "phone"}
    assert removed.json["changes"]["phone"] == {"before": "+6493791234", "after": None}
    events = await registration.query("select actor, reason from registration_events where what like 'restaurant e%'")
    assert events[0] == {"actor": "Mere", "reason": "the owner called"}


async def test_wrong_values_are_refused_together(registration: Commands) -> None:
    """With the names of the fields; nothing is changed."""
    [restaurant] = await registration.restaurants(1)
    result = await registration("restaurants", "edit", restaurant, "--phone", "12", "--theme", "pink", "--city", "X")
    assert (result.code, "phone: " in result.err, "theme: " in result.err) == (2, True, True), result.err
    for image in ("portrait=x.png", "logo_url=http://127.0.0.1/logo.png", f"logo_url={Path(__file__)}"):
        refused = await registration("restaurants", "edit", restaurant, "--city", "X", "--image", image)
        assert (refused.code, refused.out) == (2, "")
    assert (await registration("restaurants", "edit", restaurant)).code == 2
    assert await registration.query("select 1 from restaurants where city = 'X'") == []


async def test_restaurants_are_listed(registration: Commands) -> None:
    """With what is known of each; filters can be combined, and say how many there are."""
    first, second = await registration.restaurants(2)
    shown = await registration("restaurants", "list")
    assert (shown.code, first[:8] in shown.out, second[:8] in shown.out) == (0, True, True), shown.err
    assert "2 of 2 restaurants" in shown.err
    [row] = await registration.query("select name from restaurants where id = :id", id=first)
    one = await registration("restaurants", "list", "--search", row["name"], "--no-active", "--no-registered", "--json")
    assert (one.json["total"], [found["id"] for found in one.json["restaurants"]]) == (1, [first])
    none = await registration("restaurants", "list", "--city", "Nowhere", "--active")
    assert (none.code, none.out, "0 of 0 restaurants" in none.err) == (0, "", True)
    assert (await registration("restaurants", "list", "--limit", "0")).code == 2
