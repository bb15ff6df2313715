"""One restaurant: its registrations, its data, and their correction."""

from uuid import uuid4

from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import text

from interfaces.console.pages.restaurants.restaurant import words_of
from registration.operations.edit_restaurant import EditedRestaurant
from registration.workflow.steps import GateName
from tests.interfaces.console.visiting import Visit, first
from tests.registration.tenant import Tenant

HOSTILE = "<b>Kai</b> \"'\u202e"


async def test_a_restaurant_has_its_registrations_and_data(visit: Visit, tenant: Tenant) -> None:
    """Links lead to the pages of its jobs and to no script; it can be in a new batch once none has it."""
    hours = [{"day": day, "hours": {"open": "11:00", "close": "21:00"}} for day in ("Monday", "Tuesday")]
    restaurant, _ = await tenant.restaurant(name=HOSTILE, opening_hours=hours, website_url="javascript:alert(1)")
    page = await visit.page(f"/restaurants/{restaurant}")
    assert first(page, "h1").text() == HOSTILE
    assert "It was in no batch yet." in (page.html or "")
    assert f'/batches/new?restaurants={restaurant}"' in (page.html or "")
    assert "Mon-Tue 11:00-21:00" in first(page, "dl.facts").text()
    assert [one for one in page.css("a") if "javascript" in (one.attributes["href"] or "")] == []
    _, jobs = await tenant.batch(restaurant)
    later = await visit.page(f"/restaurants/{restaurant}")
    assert first(later, "a[data-main]").attributes["href"] == f"/jobs/{jobs[restaurant]}"
    assert "/batches/new" not in (later.html or "")


async def test_a_restaurant_is_corrected_field_by_field(visit: Visit, tenant: Tenant) -> None:
    """As an import reads it; what is wrong stands beside its field, as it was typed."""
    restaurant, _ = await tenant.restaurant(name="Kai", city="Bluf", contact_phone="call us")
    path = f"/restaurants/{restaurant}/edit"
    form = LexborHTMLParser((await visit.get(path, hx="true")).text)
    sent = {one.attributes["name"] or "": one.attributes["value"] or "" for one in form.css("form input")}
    assert "Nothing was to be changed" in (await visit.post(path, sent)).text
    wrong = await visit.post(path, sent | {"city": "Bluff", "opening_hours": "whenever"})
    assert (wrong.status_code, 'value="Bluff"' in wrong.text) == (422, True)
    assert first(LexborHTMLParser(wrong.text), ".field.wrong input").attributes["name"] == "opening_hours"
    done = await visit.post(path, sent | {"city": "Bluff", "cuisine": "Oysters; Fish"})
    assert "Changed: cuisine, city" in done.text or "Changed: city, cuisine" in done.text, done.text
    query = text("select city, cuisine, contact_phone from restaurants where id = :id")
    row = (await tenant.everything.execute(query, {"id": restaurant})).one()
    assert tuple(row) == ("Bluff", ["Oysters", "Fish"], "call us")


async def test_restaurants_of_others_are_those_of_nobody(visit: Visit, other: Tenant) -> None:
    """Byte for byte."""
    theirs, _ = await other.restaurant(name="Theirs")
    nobody, request = uuid4(), {"X-Request-ID": "the-same-request"}
    for rest in ("", "/edit"):
        foreign = await visit.get(f"/restaurants/{theirs}{rest}", **request)
        unknown = await visit.get(f"/restaurants/{nobody}{rest}", **request)
        assert (foreign.status_code, unknown.status_code) == (404, 404), rest
        assert foreign.text.replace(str(theirs), str(nobody)) == unknown.text, rest
    assert (await visit.post(f"/restaurants/{theirs}/edit", {"city": "Bluff", "was_city": ""})).status_code == 404


def test_an_edit_says_what_follows() -> None:
    """A question that is asked anew, and a registration that has its values already."""
    plain = EditedRestaurant(uuid4(), "Kai")
    assert words_of(plain) == "Nothing was to be changed."
    anew = EditedRestaurant(uuid4(), "Kai", {}, GateName.YOLO_CONFIG, uuid4(), confirmed=True)
    assert "asked anew" in words_of(anew)
    assert "confirmed values" in words_of(anew)
