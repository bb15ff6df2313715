"""A week of scraped hours under way: what was understood of each day, and what was not (pure)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from registration.kit.opening_hours import Day, DayHours, Hours, in_order

ALL_DAY = Hours(open="00:00", close="23:59")


@dataclass(frozen=True)
class ScrapedHours:
    """The hours in order, () if closed all week; `problems` say which days were left out, and why."""

    hours: tuple[DayHours, ...]
    problems: tuple[str, ...] = ()


class Week:
    """Collects the days. A day of which anything is not understood is left out; the others stay."""

    def __init__(self) -> None:
        self._sittings: defaultdict[Day, list[Hours]] = defaultdict(list)
        self._closed: set[Day] = set()
        self._problems: dict[Day, str] = {}
        self._other_problems: list[str] = []

    def open(self, days: Iterable[Day], sittings: Iterable[Hours]) -> None:
        """The sittings of these days, beside those that were told before; none is closed."""
        hours = list(sittings)
        for day in days:
            if hours:
                self._sittings[day] += [one for one in hours if one not in self._sittings[day]]
            else:
                self._closed.add(day)

    def tell(self, days: Sequence[Day], read: Callable[[], Iterable[Hours]]) -> None:
        """The sittings of these days as `read` gives them; its ValueError leaves the days out."""
        try:
            self.open(days, read())
        except ValueError as error:
            self.lose(days, str(error))

    def lose(self, days: Iterable[Day], why: str) -> None:
        """Leave these days out."""
        for day in days:
            self._problems.setdefault(day, why)

    def remark(self, why: str) -> None:
        """What belongs to no day that is known."""
        self._other_problems.append(why)

    def end(self) -> ScrapedHours:
        """Everything. Raises ValueError if no day was told and something was not understood."""
        for day in self._closed & self._sittings.keys():
            self.lose([day], "it is given as closed and as open")
        self._lose_overlaps()
        told = self._sittings.keys() | self._closed | self._problems.keys()
        problems = (*self._other_problems, *(f"{day}: {self._problems[day]}" for day in Day if day in self._problems))
        if not told:
            raise ValueError("; ".join(problems) or "no opening hours given")
        return ScrapedHours(in_order(self._entries()), problems)

    def _entries(self) -> list[DayHours]:
        understood = {day: hours for day, hours in self._sittings.items() if day not in self._problems}
        return [DayHours(day=day, hours=one) for day, hours in understood.items() for one in hours]

    def _end_before_all_day(self) -> None:
        """Who stays open after midnight, and all of the next day, is open until midnight, and then all day."""
        for day, following in zip(Day, (*tuple(Day)[1:], Day.MONDAY), strict=True):
            if self._sittings.get(following) == [ALL_DAY]:
                self._sittings[day] = [
                    Hours(open=one.open, close="00:00") if "00:00" < one.close < one.open else one
                    for one in self._sittings.get(day, [])
                ]

    def _lose_overlaps(self) -> None:
        self._end_before_all_day()
        for one, other in combinations(self._entries(), 2):
            try:
                in_order((one, other))
            except ValueError as error:
                self.lose({one.day, other.day}, str(error))
