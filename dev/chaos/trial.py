"""Cases that are tried together: they share batches and processes, and each is judged alone."""

import time
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from dev.chaos.lab import Lab
from dev.chaos.verdicts import Outcome, Verdict

Play = Callable[[Lab, Sequence[str]], Awaitable[Mapping[str, Verdict]]]
"""Tries the named cases and says for each what was found."""

Case = Callable[[Lab], Awaitable[Verdict]]
"""Tries one case and says what was found."""


def one_by_one(found: Mapping[str, Case]) -> Play:
    """Tries each of the named cases by itself; `found` has them by the last part of their names."""

    async def play(lab: Lab, cases: Sequence[str]) -> Mapping[str, Verdict]:
        return {case: await found[case.rpartition("/")[2]](lab) for case in cases}

    return play


@dataclass(frozen=True)
class Trial:
    """`alone`: it harms what other trials need, so none goes on beside it."""

    cases: tuple[str, ...]
    play: Play
    alone: bool = False

    def only(self, wanted: Sequence[str]) -> Self:
        """The same with those of its cases whose names begin with one of the wanted ones."""
        return replace(self, cases=tuple(case for case in self.cases if any(map(case.startswith, wanted))))

    async def run(self, lab: Lab) -> list[Outcome]:
        """Try them; what cannot be tried to its end proves nothing, and counts as stuck."""
        begin = time.monotonic()
        try:
            verdicts = await self.play(lab, self.cases)
        except Exception as error:  # noqa: BLE001 (whatever it is, the other trials go on)
            traceback.print_exc()
            verdicts = dict.fromkeys(self.cases, Verdict(stuck=(f"not tried to the end: {error!r}",)))
        seconds = time.monotonic() - begin
        return [Outcome(case, seconds, verdicts[case]) for case in self.cases]
