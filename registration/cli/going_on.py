"""Having a batch worked on after something was written for it: its live run sees it by itself, else one is started."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from registration.cli.desk import Desk
from registration.cli.printing import output
from registration.cli.starting import Started, print_started, start_flows
from registration.store.account_waiting import Freed


@dataclass(frozen=True)
class GoingOn:
    """A batch for which something was written; `started` is None if a process works on it, which sees it by itself."""

    batch_id: UUID
    started: Started | None


async def go_on(desk: Desk, batch_id: UUID, *, live: bool) -> Started | None:
    """Start a run unless one is `live`, which sees within a second what was written.

    Raises RegistrationError, with how to go on, if the Prefect server cannot be reached: what was written stays.
    """
    return None if live else (await start_flows(desk, (batch_id,)))[0]


async def all_go_on(desk: Desk, batches: Iterable[Freed]) -> list[GoingOn]:
    """Start the batches that nobody works on, all at once; what happened to each batch."""
    told = list(batches)
    waiting = [one.batch_id for one in told if not one.live]
    started = {one.batch_id: one for one in await start_flows(desk, waiting)} if waiting else {}
    return [GoingOn(one.batch_id, started.get(one.batch_id)) for one in told]


def going_on_document(started: Started | None, *, live: bool = True) -> dict[str, Any]:
    """Who goes on, for programs; `live`: without anything started, whether somebody works on it."""
    return {"worked_on": started.already if started else live, "started": asdict(started) if started else None}


def print_going_on(started: Started | None) -> None:
    """Who goes on, for people."""
    if started is None:
        output().print("the running flow picks it up by itself")
    else:
        print_started([started])


def print_freed(freed: Iterable[GoingOn]) -> None:
    """Other batches in which somebody goes on because of it."""
    for one in freed:
        output().print(f"\nbatch {one.batch_id}, in which a restaurant waited for the same account, goes on too:")
        print_going_on(one.started)
