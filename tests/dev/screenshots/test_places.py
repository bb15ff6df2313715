"""The restaurants of pictures."""

from dev.screenshots.places import places


def test_each_has_a_name_and_a_domain_of_its_own() -> None:
    """Also those of which only accents differ; a later start gives the same ones."""
    every = places(200)
    assert len({one.name for one in every}) == len({one.domain for one in every}) == 200
    assert places(20, 150) == every[150:170]
    assert all(one.street and len(one.postcode) == 4 for one in every)
