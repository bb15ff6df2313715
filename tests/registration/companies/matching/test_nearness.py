"""Where addresses are, seen from the restaurant's town."""

import pytest

from registration.companies.matching.addresses import read_address
from registration.companies.matching.location import Nearness, nearness, surroundings

TAKAPUNA = "33 Hurstmere Road, Takapuna"


@pytest.mark.parametrize(
    "city,address,near",
    [
        ("Auckland", "9 Anzac Street, Takapuna, Auckland, 0622, New Zealand", Nearness.TOWN),
        ("Auckland", "9 Anzac Street, Takapuna, 0622", Nearness.TOWN),
        ("Auckland", "4a Rata St 0600", Nearness.TOWN),
        ("Auckland CBD", "200 Queen Street, Auckland, 1010", Nearness.TOWN),
        ("Takapuna, Auckland", "9 Anzac Street, Takapuna, Auckland", Nearness.SUBURB),
        ("Otahuhu", "6 Station Road, Otahuhu, Auckland, 1062", Nearness.SUBURB),
        ("Otahuhu", "44 Kolmar Road, Papatoetoe, Auckland, 2025", Nearness.TOWN),
        ("Whangārei", "5 Bank Street, Whangarei, 0110", Nearness.TOWN),
        ("Whanganui", "5 Guyton Street, Wanganui, 4500", Nearness.SUBURB),
        ("Wellington", "1 Beach Street, Island Bay, 6023", Nearness.TOWN),
        ("Tauranga", "1 Marine Parade, Mt Maunganui, 3116", Nearness.TOWN),
        ("South Taranaki", "211 High Street, Hawera, 4610", Nearness.TOWN),
        ("Cambridge", "4 Victoria Street, Hamilton Central, Hamilton, 3204", Nearness.REGION),
        ("Tauranga", "4 Domain Road, Whakatane, 3120", Nearness.REGION),
        ("Richmond", "90 Stanmore Road, Richmond, Christchurch, 8013", Nearness.ELSEWHERE),
        ("Nelson", "4 Nelson Street, Howick, Auckland, 2014", Nearness.ELSEWHERE),
        ("Nelson", "4 Hardy Street, Wellington", Nearness.ELSEWHERE),
        ("Nelson", "4 Hardy Street", Nearness.UNKNOWN),
        ("Nowhereville", "4 Hardy Street, Nelson, 7010", Nearness.UNKNOWN),
        ("Nowhereville", "4 Hardy Street, Nowhereville", Nearness.SUBURB),
        ("", "4 Hardy Street, Nelson, 7010", Nearness.UNKNOWN),
    ],
)
def test_towns_suburbs_and_postcodes_say_how_near_it_is(city: str, address: str, near: Nearness) -> None:
    """A suburb is in its town, a town in its district; a postcode tells places of one name apart."""
    assert nearness(surroundings(city), read_address(address).locality) is near


def test_the_written_address_says_the_suburb() -> None:
    """With it another suburb of the same town is only the town."""
    around = surroundings("Auckland", "33 Hurstmere Road", TAKAPUNA)
    assert around.suburbs == {"takapuna"}
    assert nearness(around, read_address("1 Anzac Street, Takapuna, Auckland").locality) is Nearness.SUBURB
    assert nearness(around, read_address("1 Queen Street, Parnell, Auckland").locality) is Nearness.TOWN


def test_a_branch_may_be_called_by_street_suburb_and_town() -> None:
    """Numbers are no such words; without a suburb any of the town's may be meant."""
    here = surroundings("Auckland", "33 Hurstmere Road", TAKAPUNA)
    assert {"takapuna", "auckland", "hurstmere"} <= here.near_words == here.words
    assert "33" not in here.words
    assert "parnell" in surroundings("Auckland").words - surroundings("Auckland").near_words
