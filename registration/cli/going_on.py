"""Having a batch worked on after something was written for it: its live run sees it by itself, else one is started."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from registration.cli.desk import Desk
from registration.cli.printing import output
from registration.cli.starting import Started, print_started, start_flows


async def go_on(desk: Desk, batch_id: UUID, *, live: bool) -> Started | None:
    """Start a run unless one is `live`, which sees within a second what was written.

    Raises RegistrationError, with how to go on, if the Prefect server cannot be reached: what was written stays.
    """
    return None if live else (await start_flows(desk, (batch_id,)))[0]


def going_on_document(started: Started | None, *, live: bool = True) -> dict[str, Any]:
    """Who goes on, for programs; `live`: without anything started, whether somebody works on it."""
    return {"worked_on": started.already if started else live, "started": asdict(started) if started else None}


def print_going_on(started: Started | None) -> None:
    """Who goes on, for people."""
    if started is None:
        output().print("the running flow picks it up by itself")
    else:
        print_started([started])
