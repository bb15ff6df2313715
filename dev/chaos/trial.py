"""Cases that are tried together: they share batches and processes, and each is judged alone."""

import time
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from dev.chaos.lab import ONE_PROCESS, Lab
from dev.chaos.verdicts import Outcome, Verdict
from dev.stack.stack import StackOptions

Play = Callable[[Lab, Sequence[str]], Awaitable[Mapping[str, Verdict]]]
"""Tries the named cases and returns the verdict of each."""

Case = Callable[[Lab], Awaitable[Verdict]]
"""Tries one case and returns its verdict."""


def one_by_one(found: Mapping[str, Case]) -> Play:
    """Tries each of the named cases separately; `found` has them by the last part of their names."""

    async def play(lab: Lab, cases: Sequence[str]) -> Mapping[str, Verdict]:
        return {case: await found[case.rpartition("/")[2]](lab) for case in cases}

    return play


@dataclass(frozen=True)
class Trial:
    """Cases tried together; an `alone` trial harms what other trials need, so no other trial runs beside it.

    All trials with one and the same `stack` are carried out in one lab.
    """

    cases: tuple[str, ...]
    play: Play
    alone: bool = False
    stack: StackOptions = ONE_PROCESS

    def only(self, wanted: Sequence[str]) -> Self:
        """This trial with the cases whose names begin with one of the prefixes."""
        return replace(self, cases=tuple(case for case in self.cases if any(map(case.startswith, wanted))))

    async def run(self, lab: Lab) -> list[Outcome]:
        """Try the cases; a case that ends with an error proves nothing, and counts as stuck."""
        begin = time.monotonic()
        try:
            verdicts = await self.play(lab, self.cases)
        except Exception as error:  # noqa: BLE001 (after any error the other trials go on)
            traceback.print_exc()
            verdicts = dict.fromkeys(self.cases, Verdict(stuck=(f"not tried to the end: {error!r}",)))
        seconds = time.monotonic() - begin
        return [Outcome(case, seconds, verdicts[case]) for case in self.cases]
