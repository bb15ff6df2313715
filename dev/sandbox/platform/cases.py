"""The answers of an endpoint by name, and the course of each: rows before, the effect outside, rows after, answer.

Made after the platform's source at commit 3d2ff03 of 19 January 2026; the names are those of the contract.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from dev.sandbox.names import Endpoint
from dev.sandbox.platform.call import Call
from dev.sandbox.platform.reply import Body

Step = Callable[[Call], Awaitable[None]]
Act = Callable[[Call], Awaitable[str | None]]
Build = Callable[[Call], Awaitable[Body | str]]


@dataclass(frozen=True)
class Case:
    """One answer: its status and body, the rows written before and after the effect, and whether the effect happens.

    With `acts` None the fault that plays the case decides (by default the effect does not happen).
    """

    status: int | None
    body: Build
    before: tuple[Step, ...] = ()
    acts: bool | None = False
    after: tuple[Step, ...] = ()
    content_type: str = "application/json"


@dataclass(frozen=True, eq=False)
class Route:
    """One endpoint: its path, the choice of the case for a request, and its effect outside.

    `contract` is its name in the contract. `choose` reads the tables and names the case; `act` is the effect outside
    and may name another case, depending on the outside. `failing` is the case of a failing script or service. `unseen`
    is True if the platform's tables cannot show whether the effect happened.
    """

    name: Endpoint
    contract: str
    path: str
    choose: Callable[[Call], Awaitable[str]]
    cases: Mapping[str, Case]
    failing: str
    method: str = "POST"
    act: Act | None = None
    flags: tuple[str, ...] = ()
    guarded: bool = True
    unseen: bool = False


def says(body: Body | str) -> Build:
    """A constant body."""

    async def build(_: Call) -> Body | str:
        return body

    return build
