"""Tags that the platform would set, against the words of the menu."""

import pytest

from registration.configuration.allergens import Contradiction, Dish, contradictions, name_some


def _words(*tags: str, name: str = "Pad Thai", description: str = "") -> dict[str, tuple[str, ...]]:
    return {one.tag: one.words for one in contradictions([Dish(name, description, tags)])}


@pytest.mark.parametrize("tag", ["contains nuts", " Contains NUTS "])
def test_a_dish_that_contains_nuts_would_be_tagged_nut_free(tag: str) -> None:
    """The platform's own mapping contradicts the tag that it maps."""
    assert _words(tag) == {"Nut Free": ("contains nuts",)}


@pytest.mark.parametrize(
    "tag, description, found",
    [
        ("Nut Free", "rice noodles with crushed peanuts", {"Nut Free": ("peanuts",)}),
        ("nut free", "May contain tree nuts.", {"Nut Free": ("may contain tree nuts",)}),
        ("Nut Free", "satay sauce", {"Nut Free": ("satay",)}),
        ("GF", "flour tortilla (wheat)", {"Gluten Free": ("wheat",)}),
        ("Gluten Free", "contains gluten", {"Gluten Free": ("contains gluten",)}),
        ("Dairy Free", "with feta and yoghurt", {"Dairy Free": ("feta", "yoghurt")}),
    ],
)
def test_the_words_of_a_dish_contradict_a_tag(tag: str, description: str, found: dict[str, tuple[str, ...]]) -> None:
    """Its name, its description and its tags, whatever their capitals."""
    assert _words(tag, description=description) == found


@pytest.mark.parametrize(
    "tag, description",
    [
        ("Nut Free", "coconut, butternut, doughnut, nutmeg"),
        ("Nut Free", "no nuts, nut-free kitchen, free of peanuts"),
        ("Gluten Free", "gluten free, buckwheat"),
        ("Dairy Free", "coconut cream, oat milk, peanut butter, butter beans, vegan cheese"),
        ("Vegan", "contains nuts and milk"),
        ("Popular", "peanuts"),
        ("peanuts", "satay"),
    ],
)
def test_words_that_do_not_contradict(tag: str, description: str) -> None:
    """Other words, denials, substitutes, and tags that the platform does not know or that promise nothing."""
    assert _words(tag, description=description) == {}


def test_dishes_of_one_name_share_their_tags() -> None:
    """The platform finds dishes by name: the tag of the first is set on the second."""
    free, with_nuts = Dish("Brownie", "", ("Nut Free",)), Dish("Brownie ", "with walnuts", ())
    assert contradictions([free, with_nuts]) == (Contradiction("Brownie", "Nut Free", ("walnuts",)),)
    assert contradictions([free, Dish("Cake", "with walnuts", ())]) == ()


def test_only_some_are_named_on_a_line() -> None:
    """A menu may have hundreds of dishes."""
    found = contradictions(Dish(f"Cake {number}", "", ("contains nuts",)) for number in range(30))
    assert name_some(found[:1]) == "“Cake 0” would be tagged Nut Free, but the menu says “contains nuts”"
    assert name_some(found).endswith("; and 25 more")
