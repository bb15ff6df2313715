"""Prefect's own retries: how often, when, and for which errors."""

from collections.abc import Callable
from typing import Any, TypeVar

from prefect import Task
from prefect.client.schemas.objects import State, TaskRun
from prefect.states import aget_state_exception

from registration.errors import TransientError
from registration.settings import settings

Wrapper = TypeVar("Wrapper", bound=Callable[..., Any])

STEP_DELAYS = (5.0, 15.0, 45.0)
SUB_STEP_DELAYS = (2.0, 4.0, 8.0)


def delays(seconds: tuple[float, ...]) -> list[float]:
    """The delays on this installation's clock."""
    return [settings().scaled(one) for one in seconds]


def named_like(body: Callable[..., Any]) -> Callable[[Wrapper], Wrapper]:
    """Give a wrapper the name of what it wraps, but not its signature, from which Prefect reads the parameters."""

    def name(wrapper: Wrapper) -> Wrapper:
        for attribute in ("__module__", "__name__", "__qualname__", "__doc__"):
            setattr(wrapper, attribute, getattr(body, attribute))
        return wrapper

    return name


async def only_transient(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether a failed task may be tried again; Prefect asks before each retry."""
    return isinstance(await aget_state_exception(state), TransientError)
