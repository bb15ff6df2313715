"""Every log line of a batch says which batch, job and sub-step it is about.

The Prefect server keeps a line's text and run and nothing else of it; what a flow's process prints nobody reads.
"""

import logging
from typing import Any

from prefect.context import FlowRunContext, TaskRunContext
from prefect.logging.handlers import APILogHandler

from registration.errors import ProgrammerError
from registration.kit.text import storable_text
from tasks.context import Resources, resources

_PREFECTS = ("prefect.flow_runs", "prefect.task_runs")
_OURS = "registration"
_SHOWN = 8
"""Characters of an id: commands take them for the whole."""

_batch_of: dict[str, object] = {}
"""By flow run: the last line of a run is logged when its context is gone."""


class Marked(logging.Formatter):
    """The text of a line with `[batch 9c8b7a6d, job 1a2b3c4d, menuImport]` at the end of its first line.

    Nothing is read for it: batch and job are known in the process, the rest stands on the record.
    """

    def format(self, record: logging.LogRecord) -> str:
        text = storable_text(super().format(record))
        marks = ", ".join(_marks(record))
        if not marks:
            return text
        head, *rest = text.split("\n", 1)
        return "\n".join((f"{head} [{marks}]", *rest))


def mark_lines() -> None:
    """From now on mark what this process sends to the Prefect server, and send our own loggers' lines there too."""
    for name in _PREFECTS:
        for handler in logging.getLogger(name).handlers:
            if isinstance(handler, APILogHandler):
                handler.setFormatter(Marked())
    ours = logging.getLogger(_OURS)
    if not any(isinstance(handler, APILogHandler) for handler in ours.handlers):
        handler = APILogHandler()
        handler.setFormatter(Marked())
        handler.addFilter(lambda _: FlowRunContext.get() is not None)
        ours.addHandler(handler)


def _marks(record: logging.LogRecord) -> list[str]:
    run_id: str | None = getattr(record, "flow_run_id", None)
    flow, task, context = FlowRunContext.get(), TaskRunContext.get(), _context()
    named = (("batch", _batch(run_id, flow, context)), ("job", _job(run_id, flow, context)))
    marks = [f"{name} {str(found)[:_SHOWN]}" for name, found in named if found]
    what = getattr(record, "task_name", None) or (task.task.name if task else None)
    return [*marks, what] if what else marks


def _batch(run_id: str | None, flow: FlowRunContext | None, context: Resources | None) -> object:
    found = context.batch.id if context else _parameters(flow).get("batch_id")
    if run_id is None:
        return found
    if found:
        _batch_of[run_id] = found
    return found or _batch_of.get(run_id)


def _job(run_id: str | None, flow: FlowRunContext | None, context: Resources | None) -> object:
    """The job of the run that the line belongs to, which need not be the run that logs: some are told from outside."""
    if flow is not None and (run_id is None or (flow.flow_run is not None and str(flow.flow_run.id) == run_id)):
        return _parameters(flow).get("job_id")
    runs = context.runs if context else {}
    return next((job for job, run in runs.items() if str(run) == run_id), None)


def _parameters(flow: FlowRunContext | None) -> dict[str, Any]:
    return (flow.parameters if flow else None) or {}


def _context() -> Resources | None:
    try:
        return resources()
    except ProgrammerError:
        return None
