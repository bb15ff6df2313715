"""The import page: verdicts before anything is written, corrections in place, an import, and a batch of it."""

import asyncio

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import text

from interfaces.console.pages.imports.view import MOST_ROWS, checked
from registration.restaurants.csv_import import read_restaurants
from tests.interfaces.console.visiting import OWN, Visit, first
from tests.registration.tenant import Tenant

GOOD = "name\tcity\tphone\nSaffron Lane\tTauranga\t09 379 1234\nHarbour & <b>Co</b>\tAuckland\t\n"
WRONG = "name,city,phone\nSaffron Lane,Tauranga,12\nHarbour,Auckland,\nHarbour,Auckland,\n"


async def _check(visit: Visit, sent: str, **fields: str) -> LexborHTMLParser:
    answer = await visit.post("/import/check", {"text": sent} | fields)
    assert answer.status_code == 200, answer.text
    return LexborHTMLParser(answer.text)


async def _send_file(visit: Visit, content: bytes, name: str = "list.csv") -> httpx.Response:
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "X-CSRF-Token": visit.csrf} | OWN
    return await visit.client.post("/import/check", files={"file": (name, content, "text/csv")}, headers=headers)


def _fields(page: LexborHTMLParser, form: str = "#import-cells") -> dict[str, str]:
    """What a browser would send of a form."""
    return {one.attributes["name"] or "": one.attributes["value"] or "" for one in page.css(f"{form} input[name]")}


def _tallies(page: LexborHTMLParser) -> str:
    return " ".join(one.text() for one in page.css(".tallies .status"))


async def _count(tenant: Tenant, table: str = "restaurants") -> int:
    query = text(f"select count(*) from {table} where organisation_id = :organisation")
    return (await tenant.everything.execute(query, {"organisation": tenant.organisation_id})).scalar_one()


async def test_nothing_is_written_before_it_was_seen(visit: Visit, tenant: Tenant) -> None:
    """Each line has its verdict; one that is there says which it is, and whether a batch has it."""
    there, _ = await tenant.restaurant(name="saffron lane", city="Tauranga")
    _, jobs = await tenant.batch(there)
    page = await _check(visit, GOOD)
    assert _tallies(page) == "1 new 1 there already"
    rows = [row.text() for row in page.css(".verdicts tbody tr")]
    assert "in a batch now" in rows[0]
    assert {f"/jobs/{jobs[there]}", f"/restaurants/{there}"} <= {one.attributes["href"] for one in page.css("a")}
    assert "Harbour & <b>Co</b>" in rows[1]
    assert await _count(tenant) == 1


async def test_wrong_cells_are_corrected_in_place(visit: Visit, tenant: Tenant) -> None:
    """The cell is marked with the reason; a corrected line stays where it is, and the list is imported as corrected."""
    page = await _check(visit, WRONG)
    assert _tallies(page) == "1 new 2 wrong"
    [cell] = page.css(".field.wrong")
    assert (first(cell, "input").attributes["name"], "phone" in cell.text()) == ("cell-2-2", True)
    assert "is the same restaurant as line 3" in first(page, "fieldset:nth-of-type(2) legend").text()
    refused = await visit.post("/import", _fields(page))
    assert (refused.status_code, "2 lines are wrong" in refused.text, await _count(tenant)) == (422, True, 0)
    fields = _fields(page) | {"cell-2-2": "09 379 1234", "cell-4-0": "Tio"}
    again = LexborHTMLParser((await visit.post("/import/check", fields)).text)
    assert _tallies(again) == "3 new"
    assert len(again.css(".open-line.right-now")) == 2
    done = await visit.post("/import", _fields(again))
    assert "3 imported" in done.text, done.text
    query = text("select name from restaurants where organisation_id = :organisation order by name")
    names = (await tenant.everything.execute(query, {"organisation": tenant.organisation_id})).scalars()
    assert list(names) == ["Harbour", "Saffron Lane", "Tio"]


async def test_a_list_is_imported_and_started_once(visit: Visit, tenant: Tenant) -> None:
    """Sent twice it makes nothing twice; wrong lines are left out only if that is ticked."""
    page = await _check(visit, WRONG)
    form = _fields(page) | {"skip": "true", "start": "true", "name": "Monday"}
    done = [one.text for one in await asyncio.gather(*(visit.post("/import", form) for _ in range(3)))]
    assert sorted("1 imported, 2 wrong lines left out" in one for one in done) == [False, False, True]
    assert sum("0 imported, 1 were there already" in one for one in done) == 2
    [link] = {one.attributes["href"] for text in done for one in LexborHTMLParser(text).css("ul a")}
    assert "Monday" in first(await visit.page(link or ""), "h1").text()
    assert (await _count(tenant), await _count(tenant, "registration_batch_jobs")) == (1, 1)


async def test_more_than_fifty_are_split_or_refused(visit: Visit, tenant: Tenant) -> None:
    """Before anything is imported; what is registered or in a batch is in none of the batches."""
    busy, _ = await tenant.restaurant(name="Kai 0")
    await tenant.batch(busy)
    page = await _check(visit, "name\n" + "".join(f"Kai {number}\n" for number in range(52)))
    assert "Import, and start a batch of 51" in first(page, "[name=start]").text()
    form = _fields(page) | {"start": "true"}
    refused = await visit.post("/import", form)
    assert (refused.status_code, "a batch has at most 50" in refused.text, await _count(tenant)) == (422, True, 1)
    done = await visit.post("/import", form | {"split": "true"})
    assert "2 batches are started" in done.text
    assert await _count(tenant, "registration_jobs") == 52


async def test_unknown_columns_are_named_by_a_person(visit: Visit) -> None:
    """Or left out; a list without a header gets one."""
    page = await _check(visit, "Restaurant,Rating,city\nKai,5,Bluff\n")
    assert [one.attributes["name"] for one in page.css("select")] == ["head-0", "head-1", "head-2"]
    assert page.css_first("#import-go") is None
    named = await _check(visit, _fields(page)["text"], **{"head-0": "name", "head-1": "-", "head-2": "city"})
    assert _tallies(named) == "1 new"
    headless = await _check(
        visit, "Kai\tBluff\nTio\tGore\n", **{"head-0": "name", "head-1": "city", "headless": "true"}
    )
    assert (_tallies(headless), headless.css_first("select")) == ("2 new", None)


async def test_files_are_bounded_and_read_as_text(visit: Visit, tenant: Tenant) -> None:
    """A workbook, bytes, a file that is too large, a list that is too long for a page."""
    good = await _send_file(visit, b"\xef\xbb\xbf" + GOOD.encode())
    assert "2 new" in good.text
    for content, said in (
        (b"PK\x03\x04rest", "is a workbook"),
        (b"name\n\xff\xfe\n", "is not UTF-8"),
        (b"name\nKai\x00\n", "this is no text"),
    ):
        answer = await _send_file(visit, content)
        assert (answer.status_code, said in answer.text) == (422, True), answer.text
    assert (await _send_file(visit, b"name\n" + b"x" * 1_100_000)).status_code == 413
    many = "name\n" + "".join(f"Kai {number}\n" for number in range(MOST_ROWS + 1))
    assert "at most 1000 restaurants" in (await _send_file(visit, many.encode())).text
    assert await _count(tenant) == 0


@pytest.mark.parametrize(
    "sent, problems, wrong",
    [
        ("", 1, 0),
        ("name\n", 1, 0),
        ('name\nKai\n"open', 1, 0),
        ("name,city\nKai\n", 0, 1),
        ("name\nKai,too,many,cells,here\n", 0, 1),
        ("name,name\nKai,Tio\n", 1, 0),
        ("name\n" + "".join(f"Kai {number},x\n" for number in range(60)), 0, 60),
    ],
)
def test_every_list_has_its_verdict(sent: str, problems: int, wrong: int) -> None:
    """Problems of the whole list stand apart; wrong lines are counted, also those that are not shown."""
    shown = checked(sent, read_restaurants(sent), (), {})
    assert (len(shown.problems), shown.wrong, shown.importable) == (problems, wrong, False)
    assert len(shown.open_lines) == min(wrong, 50)
