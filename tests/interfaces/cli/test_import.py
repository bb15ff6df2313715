"""`registration import`: restaurants from a file."""

import asyncio
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.restaurants.csv_import import read_restaurants
from registration.restaurants.importing import import_restaurants
from tests.interfaces.cli.conftest import HEADER, Commands
from tests.registration.database.rows import add

GOOD = HEADER + "Texas Chicken,1 Railside Avenue,Henderson,T-1\nJax Burger Shack,,Napier,\n"


async def _count(registration: Commands) -> int:
    return len(await registration.query("select id from restaurants"))


async def test_the_same_file_twice_makes_no_duplicate(registration: Commands) -> None:
    """New and existing restaurants are counted apart, each with its id; the second import finds all existing."""
    file = registration.file("list.csv", GOOD)
    first, second = await registration("import", file, "--json"), await registration("import", file, "--json")
    assert (first.code, first.json["imported"], first.json["already_there"]) == (0, 2, 0)
    assert (second.code, second.json["imported"], second.json["already_there"]) == (0, 0, 2)
    assert [row["id"] for row in first.json["restaurants"]] == [row["id"] for row in second.json["restaurants"]]
    assert [row["line"] for row in first.json["restaurants"]] == [2, 3]
    assert await _count(registration) == 2


async def test_corrected_values_are_reported(registration: Commands) -> None:
    """On stderr, and in the JSON; a restaurant that was stored with HTML entities is recognised."""
    file = registration.file("list.csv", HEADER + 'Smith &amp; Sons,"1 Queen St, Whangarei 110",,\n')
    result = await registration("import", file)
    assert "list.csv, line 2: name HTML entities in 'Smith &amp; Sons' are read as 'Smith & Sons'" in result.err
    assert "line 2: address the postcode in '1 Queen St, Whangarei 110' was saved as a number" in result.err
    await registration.query("update restaurants set name = 'Smith &amp; Sons', address = '1 Queen St, Whangarei 110'")
    again = await registration("import", file, "--json")
    assert (again.json["imported"], [row["column"] for row in again.json["remarks"]]) == (0, ["name", "address"])


async def test_two_imports_at_once_make_no_duplicate(registration: Commands) -> None:
    """The second import waits for the first."""
    rows = read_restaurants(GOOD).rows
    both = [import_restaurants(registration.database, registration.organisation_id, rows) for _ in range(2)]
    done = await asyncio.gather(*both)
    assert sorted(row.new for imported in done for row in imported) == [False, False, True, True]
    assert await _count(registration) == 2


async def test_all_invalid_rows_are_named_and_nothing_is_imported(registration: Commands) -> None:
    """The valid row is not imported either; the exit code is that of wrong use."""
    file = registration.file("bad.csv", "name,phone\n,09 379 1234\nJax,12\nKai,09 379 1234\n")
    result = await registration("import", file)
    assert result.code == 2
    assert "line 2: name is missing" in result.err
    assert "line 3: phone" in result.err
    assert "--skip-invalid" in result.err
    assert await _count(registration) == 0


async def test_invalid_rows_can_be_left_out(registration: Commands) -> None:
    """With --skip-invalid the valid rows are imported, and the other rows are named."""
    file = registration.file("bad.csv", "name,phone\n,09 379 1234\nKai,09 379 1234\n")
    result = await registration("import", file, "--skip-invalid", "--json")
    assert (result.code, result.json["imported"]) == (0, 1)
    assert result.json["left_out"] == [{"line": 2, "column": "name", "reason": "is missing"}]
    assert "line 2: name is missing" in result.err


async def test_a_file_without_a_valid_row_is_refused(registration: Commands) -> None:
    """Also with --skip-invalid."""
    result = await registration("import", registration.file("bad.csv", "naem\nKai\n"), "--skip-invalid")
    assert result.code == 2
    assert "'naem' is not a known column" in result.err


async def test_a_dry_run_writes_nothing(registration: Commands) -> None:
    """It prints what would be imported."""
    result = await registration("import", registration.file("list.csv", GOOD), "--dry-run")
    assert result.code == 0
    assert "2 would be imported, 0 already there" in result.out
    assert await _count(registration) == 0


async def test_every_column_is_stored(registration: Commands) -> None:
    """Hours and cuisines in the platform's format, the phone as E.164, the external id in the metadata."""
    file = registration.file(
        "list.csv",
        "name,address,city,phone,email,contact_name,website_url,ubereats_url,doordash_url,cuisine,opening_hours,external_id\n"
        "Ōtaki Kai & Co.,1 Main Street,Ōtaki,06 364 1234,Kai@Example.nz,Mere Ngata,https://kai.example,"
        "https://ubereats.example/1,https://doordash.example/1,cafe;thai,Mon-Tue 11:00-21:00,K-7\n",
    )
    await registration("import", file)
    [row] = await registration.query("select * from restaurants")
    assert row["slug"] == f"otaki-kai-and-co-{str(registration.organisation_id)[:8]}"
    assert (row["phone"], row["email"], row["cuisine"]) == ("+6463641234", "kai@example.nz", ["cafe", "thai"])
    assert (row["contact_name"], row["metadata"]) == ("Mere Ngata", {"external_id": "K-7"})
    assert row["opening_hours"][1] == {"day": "Tuesday", "hours": {"open": "11:00", "close": "21:00"}}
    assert row["doordash_url"] == "https://doordash.example/1"


async def test_restaurants_of_the_same_name_get_slugs_of_their_own(
    registration: Commands, everything: AsyncConnection
) -> None:
    """Also if another organisation, whose rows are invisible, has the slug."""
    slug = f"kai-{str(registration.organisation_id)[:8]}"
    await add(everything, "restaurants", uuid4(), slug=slug)
    rows = HEADER + "".join(f"Kai,{number} Queen Street,Auckland,\n" for number in range(2))
    result = await registration("import", registration.file("list.csv", rows))
    assert result.code == 0
    slugs = await registration.query("select slug from restaurants order by slug")
    assert [row["slug"] for row in slugs] == [f"{slug}-2", f"{slug}-3"]


@pytest.mark.parametrize(
    "row",
    [
        "Texas Chicken,1 Railside Avenue,,T-1",
        "TEXAS  CHICKEN,1 railside avenue,,",
        "Texas\u200b Chicken,1 Railside Avenue,,",
    ],
)
async def test_a_restaurant_is_identified_by_external_id_or_by_name_and_address(
    registration: Commands, row: str
) -> None:
    """Without external id, with other capitals, or with invisible characters."""
    await registration("import", registration.file("list.csv", GOOD))
    result = await registration("import", registration.file("again.csv", f"{HEADER}{row}\n"), "--json")
    assert (result.json["imported"], result.json["already_there"]) == (0, 1)


async def test_an_external_id_is_added_to_an_existing_restaurant(registration: Commands) -> None:
    """Later imports find the restaurant by that id, also under a new name."""
    await registration("import", registration.file("1.csv", HEADER + "Kai,1 Queen Street,,\n"))
    await registration("import", registration.file("2.csv", HEADER + "Kai,1 Queen Street,,K-1\n"))
    result = await registration(
        "import", registration.file("3.csv", HEADER + "Kai Moana,1 Queen Street,,K-1\n"), "--json"
    )
    assert result.json["already_there"] == 1
    assert await _count(registration) == 1


@pytest.mark.parametrize(
    "arguments, message",
    [
        (("no-such-file.csv",), "No such file"),
        (("--organisation", str(UUID(int=7))), "make it with `registration db organisation NAME`"),
    ],
)
async def test_a_missing_file_or_organisation_is_named(
    registration: Commands, arguments: tuple[str, ...], message: str
) -> None:
    """With exit code 2."""
    file = () if arguments[0].endswith(".csv") else (registration.file("list.csv", GOOD),)
    failed = await registration("import", *file, *arguments)
    assert failed.code == 2
    assert message in failed.err
