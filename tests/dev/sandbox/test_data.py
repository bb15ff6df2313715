"""The demo's data is consistent, and so are the generated restaurants."""

import csv
import json
from dataclasses import asdict
from io import StringIO
from pathlib import Path

import pytest

from dev.sandbox.dishes import FEWEST, MOST, menu_for
from dev.sandbox.faults import seeded_troubles
from dev.sandbox.generated import GENERATED_COMPANIES, generated
from dev.sandbox.latency import UnknownProfile, load_profile
from dev.sandbox.make_restaurants import write_restaurants
from dev.sandbox.names import Endpoint
from dev.sandbox.register.derived import company_of
from dev.sandbox.register.directory import Directory
from tests.dev.sandbox.make import make_restaurant

DATA = Path("dev/sandbox/data")


def _demo() -> dict[str, dict[str, str]]:
    with (DATA / "restaurants.csv").open() as file:
        return {row["external_id"]: row for row in csv.DictReader(file)}


def _decisions() -> dict[str, dict[str, object]]:
    return json.loads((DATA / "decisions.json").read_text())


def test_there_are_twelve_restaurants_with_a_decision_each() -> None:
    """DEMO-01 to DEMO-12, in both files."""
    expected = [f"DEMO-{number:02d}" for number in range(1, 13)]
    assert list(_demo()) == list(_decisions()) == expected


def test_troubles_are_about_restaurants_of_the_demo() -> None:
    """Every seeded fault has its restaurant."""
    assert {fault.restaurant for fault in seeded_troubles()} <= set(_demo())


def test_recommended_companies_are_found_first() -> None:
    """By name, and by street address, for each restaurant whose decision is the recommendation."""
    directory = Directory.load()
    for external_id, decision in _decisions().items():
        if decision["company"] == "recommended":
            row = _demo()[external_id]
            by_name = directory.search(row["name"].split(" (")[0], "", with_removed=False)
            street = row["address"].removeprefix("Shop 4, ").split(",")[0]
            by_address = directory.search("", f"{street} {row['city']}", with_removed=False)
            assert by_name[0] in by_address, external_id


def test_one_restaurant_has_no_company_and_one_has_several() -> None:
    """The first has no result, the other has several without an exact match."""
    directory, demo = Directory.load(), _demo()
    assert directory.search(demo["DEMO-05"]["name"], "", with_removed=True) == []
    close = directory.search("Saffron Lane", "", with_removed=False)
    assert len([company for company in close if company.name.startswith("SAFFRON LANE ")]) == 4
    assert _decisions()["DEMO-04"]["company"] in {f"number:{company.number}" for company in close}


def test_company_numbers_and_nzbns_are_right() -> None:
    """NZBNs have a valid check digit and are unique."""
    companies = Directory.load().search("", "", with_removed=True)
    assert len(companies) == len({one.nzbn for one in companies}) > GENERATED_COMPANIES + 120
    for company in companies:
        weighted = sum(int(digit) * (3 if position % 2 else 1) for position, digit in enumerate(company.nzbn))
        assert weighted % 10 == 0, company.nzbn


def test_every_made_restaurant_has_its_company() -> None:
    """Each company is the only result for its restaurant's name, and unique."""
    directory = Directory.load()
    restaurants = [generated(number) for number in range(1, GENERATED_COMPANIES + 1)]
    assert len({one.name for one in restaurants}) == GENERATED_COMPANIES
    for restaurant in restaurants[::25]:
        assert directory.search(restaurant.name, "", with_removed=False)[:1] == [company_of(restaurant)]


def test_made_restaurants_are_printed_as_csv() -> None:
    """The output is always identical, with the columns of the import."""
    printed = StringIO()
    write_restaurants(50, printed)
    rows = list(csv.DictReader(StringIO(printed.getvalue())))
    assert (len(rows), rows[49]) == (50, asdict(generated(50)))
    assert list(rows[0]) == list(next(iter(_demo().values())))


@pytest.mark.parametrize("number", [0, GENERATED_COMPANIES + 1])
def test_the_rule_ends_somewhere(number: int) -> None:
    """Beyond the limit names would repeat."""
    with pytest.raises(ValueError, match="can be generated"):
        generated(number)


@pytest.mark.parametrize("profile", ["realistic", "demo", "one_second", "zero"])
def test_every_profile_is_complete(profile: str) -> None:
    """Every endpoint has a latency."""
    assert set(load_profile(profile).seconds) == set(Endpoint)


def test_an_unknown_profile_names_those_that_exist() -> None:
    """The error lists the existing profiles."""
    with pytest.raises(UnknownProfile, match="realistic"):
        load_profile("nowhere")


@pytest.mark.parametrize("cuisine", ["thai", "cafe", "Fish and Chips", "klingon"])
def test_menus_are_of_a_real_size_and_stay_the_same(cuisine: str) -> None:
    """12 to 60 dishes, without repetition, for any cuisine."""
    restaurant = make_restaurant(cuisine=[cuisine])
    menu = menu_for(restaurant)
    assert FEWEST <= len(menu) <= MOST
    assert len({dish.name for dish in menu}) == len(menu)
    assert menu_for(restaurant) == menu
