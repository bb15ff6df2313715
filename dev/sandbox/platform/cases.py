"""The answers of an endpoint by name, and how one of them comes about: rows, the effect outside, rows, the answer.

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
    """One answer: its status and body, the rows written before and after the effect, whether the effect happens.

    `acts` None leaves it to the fault that brought the case about (by default the effect does not happen).
    """

    status: int | None
    body: Build
    before: tuple[Step, ...] = ()
    acts: bool | None = False
    after: tuple[Step, ...] = ()
    content_type: str = "application/json"


@dataclass(frozen=True, eq=False)
class Route:
    """One endpoint: how it is reached, which of its cases a call becomes, and what it does outside.

    `contract` is its name in the contract. `choose` reads the tables and names the case; `act` is the effect outside,
    and may name another case if the outside says otherwise. `failing` is the case of a script or service that fails.
    `unseen` says that the platform's tables cannot show whether the effect happened.
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
    """A body that is always the same."""

    async def build(_: Call) -> Body | str:
        return body

    return build
