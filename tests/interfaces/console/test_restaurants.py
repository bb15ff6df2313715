"""Restaurants and the batch that is made of some of them."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import text

from interfaces.console.new_batches import MOST_CHOSEN, MOST_NAMED
from interfaces.console.pages.new_batch.view import Typed, view_of
from registration.restaurants.list_queries import ListedRestaurant
from tests.interfaces.console.visiting import Visit, first
from tests.registration.database.rows import add
from tests.registration.tenant import Tenant

HOSTILE = "<img src=x onerror=alert(1)> \"'\u202e {{ 7*7 }}"


async def _restaurants(tenant: Tenant, *names: str, **columns: object) -> list[UUID]:
    return [(await tenant.restaurant(name=name, **columns))[0] for name in names]


def _asked(ids: list[UUID]) -> str:
    return "/batches/new?" + "&".join(f"restaurants={one}" for one in ids)


async def _form(visit: Visit, ids: list[UUID]) -> dict[str, Any]:
    """The dialog as a browser would send it."""
    page = LexborHTMLParser((await visit.get(_asked(ids), hx="true")).text)
    sent: dict[str, Any] = {
        one.attributes["name"] or "": one.attributes["value"] for one in page.css("form input[type=hidden]")
    }
    chosen = [one.attributes["value"] for one in page.css("input[name=restaurants]")]
    return sent | {"restaurants": chosen, "start": "true", "threshold": "50"}


async def _batches(tenant: Tenant) -> int:
    query = text("select count(*) from registration_batch_jobs where organisation_id = :organisation")
    return (await tenant.everything.execute(query, {"organisation": tenant.organisation_id})).scalar_one()


async def test_the_list_tells_who_is_registered_and_who_is_in_a_batch(visit: Visit, tenant: Tenant) -> None:
    """Chips have their numbers; filters stand in the address, and what they hide is said."""
    assert "No restaurants yet" in (await visit.get("/restaurants")).text
    never, registered, active = await _restaurants(tenant, "Kai", "Tio", HOSTILE, city="Bluff")
    values = {"restaurant_id": registered, "pumpd_restaurant_id": "RES1"}
    await add(tenant.everything, "pumpd_restaurants", tenant.organisation_id, **values)
    _, jobs = await tenant.batch(active)
    page = await visit.page("/restaurants")
    states = {one.attributes["id"]: first(one, ".status").text() for one in page.css("tr[id^=restaurant-]")}
    assert states == {
        f"restaurant-{never}": "never registered",
        f"restaurant-{registered}": "registered",
        f"restaurant-{active}": "in a batch now",
    }
    assert [one.text() for one in page.css(".chips .n")] == ["3", "1", "1", "1"]
    assert f"/jobs/{jobs[active]}" in (page.html or "")
    assert HOSTILE in [one.text() for one in page.css("td.name a")]
    for query, count in {"show=never": 1, "city=bluff": 3, "q=kai": 1, "q=nobody": 0, "city=Gore": 0}.items():
        found = await visit.page(f"/restaurants?{query}")
        assert len(found.css("tr[id^=restaurant-]")) == count, query


async def test_a_batch_leaves_out_what_another_has(visit: Visit, tenant: Tenant) -> None:
    """The preview says which batch; what is sent twice is made once."""
    ids = await _restaurants(tenant, "Kai", "Tio", "Whare")
    other, _ = await tenant.batch(ids[1])
    dialog = LexborHTMLParser((await visit.get(_asked(ids), hx="true")).text)
    assert first(dialog, "#dialog-title").text() == "New batch of 2 restaurants"
    assert first(dialog, f'li:has(a[href="/batches/{other}"])').text().startswith("Tio")
    form = await _form(visit, ids) | {
        "name": "Monday",
        "threshold": "20",
        "max_parallel": "",
        "confirm_queries": "true",
    }
    answers = await asyncio.gather(*(visit.post("/batches/new", form) for _ in range(3)))
    assert {one.status_code for one in answers} == {204}
    [path] = {one.headers["hx-redirect"] for one in answers}
    assert "Monday" in first(await visit.page(path), "h1").text()
    query = text(
        "select failure_threshold, confirm_queries, max_parallel, created_by, started_at is not null"
        " from registration_batch_jobs where id = :batch"
    )
    row = (await tenant.everything.execute(query, {"batch": path.rpartition("/")[2]})).one()
    assert tuple(row) == (0.2, True, None, "Mere", True)
    assert await _batches(tenant) == 2


async def test_a_refused_batch_stays_as_it_was_typed(visit: Visit, tenant: Tenant) -> None:
    """A restaurant that was taken meanwhile, a configuration that is none, more than fifty."""
    ids = await _restaurants(tenant, "Kai", "Tio")
    form = await _form(visit, ids) | {"name": "Monday"}
    wrong = await visit.post("/batches/new", form | {"defaults": '{"website": {"theme": "pink"}}'})
    assert (wrong.status_code, "the default configuration cannot be used" in wrong.text) == (422, True), wrong.text
    await tenant.batch(ids[0])
    late = await visit.post("/batches/new", form)
    assert (late.status_code, 'value="Monday"' in late.text) == (409, True)
    assert "New batch of 1 restaurant" in late.text
    many = await _restaurants(tenant, *(f"Kai {number}" for number in range(51)))
    whole = await _form(visit, many)
    assert (await visit.post("/batches/new", whole)).status_code == 422
    made = await visit.post("/batches/new", whole | {"split": "true"})
    assert "2 batches started" in made.text, made.text
    assert await _batches(tenant) == 3


async def test_a_batch_has_no_restaurant_of_others(visit: Visit, tenant: Tenant, other: Tenant) -> None:
    """Theirs is as unknown as nobody's."""
    [theirs] = await _restaurants(other, "Kai of others")
    own = await _restaurants(tenant, "Kai")
    form = await _form(visit, own)
    for one in (theirs, uuid4()):
        assert (await visit.get(_asked([*own, one]))).status_code == 404
        assert (await visit.post("/batches/new", form | {"restaurants": [str(own[0]), str(one)]})).status_code == 404
    assert "Kai of others" not in (await visit.get("/restaurants")).text
    assert (await visit.get(_asked([uuid4()] * (MOST_NAMED + 1)))).status_code == 422
    assert await _batches(tenant) == 0


async def test_more_restaurants_than_an_address_can_name_become_several_batches(
    visit: Visit, tenant: Tenant, other: Tenant
) -> None:
    """The dialog is asked for by POST, and changes nothing; the form has all of them in one field."""
    many = await _restaurants(tenant, *(f"Kai {number}" for number in range(MOST_NAMED + 1)))
    await _restaurants(other, "Kai of others")
    assert set((await visit.get("/restaurants/fitting?q=kai")).json()) == set(map(str, many))
    asked = await visit.post("/batches/new/dialog", {"restaurants": " ".join(map(str, many))})
    dialog = LexborHTMLParser(asked.text)
    assert first(dialog, "#dialog-title").text() == f"New batch of {MOST_NAMED + 1} restaurants"
    assert await _batches(tenant) == 0
    sent = {one.attributes["name"] or "": one.attributes["value"] for one in dialog.css("form input[type=hidden]")}
    assert (sent["restaurants"] or "").split() == [str(one) for one in many]
    made = await visit.post("/batches/new", sent | {"split": "true", "threshold": "50"})
    assert "6 batches made" in made.text, made.text
    assert await _batches(tenant) == 6
    too_many = {"restaurants": " ".join([str(uuid4())] * (MOST_CHOSEN + 1))}
    assert (await visit.post("/batches/new/dialog", too_many)).status_code == 422
    assert (await visit.post("/batches/new/dialog", {"restaurants": f"{many[0]} {uuid4()}"})).status_code == 404


def _listed(name: str, email: str | None, *, registered: bool) -> ListedRestaurant:
    return ListedRestaurant(
        id=uuid4(),
        name=name,
        address=None,
        city="Bluff",
        cuisine=(),
        email=email,
        phone="+6432128888",
        has_menu=True,
        has_account=False,
        registered=registered,
        active_job_id=None,
        active_batch_id=None,
    )


def test_the_dialog_notes_what_is_worth_knowing() -> None:
    """A registered restaurant, and what a registration will ask for; nothing is refused for it."""
    found = [_listed("Tio", None, registered=True), _listed("Kai", "k@example.nz", registered=False)]
    view = view_of(uuid4(), [found[1].id, found[0].id], found, ())
    assert [(one.name, one.notes) for one in view.restaurants] == [
        ("Kai", "no address"),
        ("Tio", "is registered already, no e-mail, no address"),
    ]
    assert (view.typed, view.parts, view.noted) == (Typed(), 1, 2)
