"""`/restaurants`: all restaurants of the organisation, and the selection from which a batch is made."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from interfaces.console import inbox_rows
from interfaces.console.edit_forms import FilterText
from interfaces.console.new_batches import MOST_CHOSEN, MOST_NAMED, ids_answer
from interfaces.console.rendering import asks_for_part, query_string, render, render_part
from interfaces.console.restaurant_lines import line_of
from interfaces.console.sessions import Viewer
from registration.restaurants.facet_queries import RestaurantCounts, count_restaurants, restaurant_cities
from registration.restaurants.list_queries import RestaurantFilter, list_restaurants

router = APIRouter(include_in_schema=False)

_PAGE: Final = 100
SHOWN: Final[Mapping[str, tuple[str, RestaurantFilter]]] = {
    "": ("all", RestaurantFilter()),
    "never": ("never registered", RestaurantFilter(registered=False, active=False)),
    "registered": ("registered", RestaurantFilter(registered=True)),
    "active": ("in a batch now", RestaurantFilter(active=True)),
}
"""The chips of the list: what stands in the address, on the chip, and the filter."""
_Text = Annotated[FilterText, Query()]


@dataclass(frozen=True)
class Filters:
    """The filters in the address of the list."""

    q: _Text = ""
    show: _Text = ""
    city: Annotated[list[FilterText] | None, Query(max_length=50)] = None

    @property
    def asked(self) -> Mapping[str, Any]:
        """What is asked for, as it stands in an address."""
        return {
            "q": self.q.strip(),
            "show": self.show if self.show in SHOWN else "",
            "city": [one for one in self.city or () if one],
        }

    @property
    def only(self) -> RestaurantFilter:
        """The restaurants that are asked for."""
        asked = self.asked
        return replace(SHOWN[asked["show"]][1], search=asked["q"] or None, cities=tuple(asked["city"]))


@router.get("/restaurants/fitting")
async def fitting(visitor: Viewer, filters: Annotated[Filters, Depends()]) -> Response:
    """The ids of all restaurants that fit the filters, as many as a form takes; to select those of other pages too."""
    async with visitor.reading() as transaction:
        found, _ = await list_restaurants(transaction, filters.only, limit=MOST_CHOSEN)
    return ids_answer(one.id for one in found)


@router.get("/restaurants")
async def page(
    request: Request,
    visitor: Viewer,
    filters: Annotated[Filters, Depends()],
    after: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> Response:
    """The list; htmx asks for its table alone when a filter changes."""
    asked, only = filters.asked, filters.only
    async with visitor.reading() as transaction:
        found, total = await list_restaurants(transaction, only, limit=_PAGE, offset=after)
        counts = await count_restaurants(transaction)
        cities = await restaurant_cities(transaction)
        inbox = await inbox_rows.read(transaction)
    shown = {
        "lines": [line_of(one) for one in found],
        "total": total,
        "of_all": counts.every,
        "chips": chips_of(counts),
        "cities": cities,
        "asked": asked,
        "after": after,
        "size": _PAGE,
        "most": MOST_CHOSEN,
        "named": MOST_NAMED,
        "fitting": "/restaurants/fitting" + query_string(asked),
        "query": lambda **changes: "/restaurants" + (query_string(asked, **changes) or "?"),
    }
    if asks_for_part(request):
        return render_part(request, "restaurants/parts.html", "listing", shown)
    return render(request, "restaurants/page.html", page=shown, inbox_count=len(inbox))


def chips_of(counts: RestaurantCounts) -> list[tuple[str, str, int]]:
    """What each chip shows, and how many restaurants it has: name in the address, words, number."""
    numbers = {
        "": counts.every,
        "never": counts.unregistered,
        "registered": counts.registered,
        "active": counts.active,
    }
    return [(name, word, numbers[name]) for name, (word, _) in SHOWN.items()]
