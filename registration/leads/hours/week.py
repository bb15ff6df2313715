"""Collects the scraped hours of a week: the sittings of each day, and the problems (pure)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from registration.kit.opening_hours import Day, DayHours, Hours, in_order

ALL_DAY = Hours(open="00:00", close="23:59")


@dataclass(frozen=True)
class ScrapedHours:
    """The hours in order, () if closed all week; `problems` names the days that were left out, and why."""

    hours: tuple[DayHours, ...]
    problems: tuple[str, ...] = ()


class Week:
    """Collects the days. A day of which any part cannot be read is left out; the others stay."""

    def __init__(self) -> None:
        self._sittings: defaultdict[Day, list[Hours]] = defaultdict(list)
        self._closed: set[Day] = set()
        self._problems: dict[Day, str] = {}
        self._other_problems: list[str] = []

    def open(self, days: Iterable[Day], sittings: Iterable[Hours]) -> None:
        """Add the sittings of these days; without sittings the days are closed."""
        hours = list(sittings)
        for day in days:
            if hours:
                self._sittings[day] += [sitting for sitting in hours if sitting not in self._sittings[day]]
            else:
                self._closed.add(day)

    def add(self, days: Sequence[Day], read: Callable[[], Iterable[Hours]]) -> None:
        """Add the sittings that `read` returns; if it raises ValueError, these days are left out."""
        try:
            self.open(days, read())
        except ValueError as error:
            self.leave_out(days, str(error))

    def leave_out(self, days: Iterable[Day], problem: str) -> None:
        """Leave these days out."""
        for day in days:
            self._problems.setdefault(day, problem)

    def remark(self, problem: str) -> None:
        """Add a problem that belongs to no known day."""
        self._other_problems.append(problem)

    def end(self) -> ScrapedHours:
        """The collected week. Raises ValueError if there is neither a day nor a problem of a day."""
        for day in self._closed & self._sittings.keys():
            self.leave_out([day], "it is given as closed and as open")
        self._leave_out_overlaps()
        named_days = self._sittings.keys() | self._closed | self._problems.keys()
        problems = (*self._other_problems, *(f"{day}: {self._problems[day]}" for day in Day if day in self._problems))
        if not named_days:
            raise ValueError("; ".join(problems) or "no opening hours given")
        return ScrapedHours(in_order(self._entries()), problems)

    def _entries(self) -> list[DayHours]:
        understood = {day: hours for day, hours in self._sittings.items() if day not in self._problems}
        return [DayHours(day=day, hours=sitting) for day, hours in understood.items() for sitting in hours]

    def _end_before_all_day(self) -> None:
        """End a sitting at midnight if it continues into a day that is open all day."""
        for day, following in zip(Day, (*tuple(Day)[1:], Day.MONDAY), strict=True):
            if self._sittings.get(following) == [ALL_DAY]:
                self._sittings[day] = [
                    Hours(open=sitting.open, close="00:00") if "00:00" < sitting.close < sitting.open else sitting
                    for sitting in self._sittings.get(day, [])
                ]

    def _leave_out_overlaps(self) -> None:
        self._end_before_all_day()
        for first, second in combinations(self._entries(), 2):
            try:
                in_order((first, second))
            except ValueError as error:
                self.leave_out({first.day, second.day}, str(error))
