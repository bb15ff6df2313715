"""Every log line of a batch names the batch, job and sub-step that it is about.

The Prefect server keeps only the text and the run of a line; the output of a flow's process is not read at all.
"""

import logging
from typing import Any

from prefect.context import FlowRunContext, TaskRunContext
from prefect.logging.handlers import APILogHandler

from registration.errors import ProgrammerError
from registration.kit.text import strip_control_characters
from tasks.context import Resources, resources

_TASK_RUNS = "prefect.task_runs"
_PREFECTS = ("prefect.flow_runs", _TASK_RUNS)
_OURS = "registration"
_COMPLETED = "Finished in state Completed()"
"""Prefect's last line of a task that has nothing to report; its state says the same, and each line is a row there."""
_SHOWN = 8
"""Characters of an id that are shown; commands accept such a beginning as the whole id."""

_batch_of: dict[str, object] = {}
"""The batch of each flow run: the last line of a run is logged after its context is gone."""


class ContextFormatter(logging.Formatter):
    """The text of a line with `[batch 9c8b7a6d, job 1a2b3c4d, menuImport]` at the end of its first line.

    It reads nothing from the database: batch and job are known in the process, the rest is part of the record.
    """

    def format(self, record: logging.LogRecord) -> str:
        text = strip_control_characters(super().format(record))
        marks = ", ".join(_marks(record))
        if not marks:
            return text
        head, *rest = text.split("\n", 1)
        return "\n".join((f"{head} [{marks}]", *rest))


def install_log_context() -> None:
    """From now on mark the lines that this process sends to the Prefect server, and send our own loggers' lines there
    too; leave out the line of each task that has completed without a message.
    """
    logging.getLogger(_TASK_RUNS).addFilter(_has_news)
    for name in _PREFECTS:
        for handler in logging.getLogger(name).handlers:
            if isinstance(handler, APILogHandler):
                handler.setFormatter(ContextFormatter())
    ours = logging.getLogger(_OURS)
    if not any(isinstance(handler, APILogHandler) for handler in ours.handlers):
        handler = APILogHandler()
        handler.setFormatter(ContextFormatter())
        handler.addFilter(lambda _: FlowRunContext.get() is not None)
        ours.addHandler(handler)


def _has_news(record: logging.LogRecord) -> bool:
    return record.msg != _COMPLETED


def _marks(record: logging.LogRecord) -> list[str]:
    run_id: str | None = getattr(record, "flow_run_id", None)
    flow, task, context = FlowRunContext.get(), TaskRunContext.get(), _context()
    named = (("batch", _batch(run_id, flow, context)), ("job", _job(run_id, flow, context)))
    marks = [f"{name} {str(value)[:_SHOWN]}" for name, value in named if value]
    task_name = getattr(record, "task_name", None) or (task.task.name if task else None)
    return [*marks, task_name] if task_name else marks


def _batch(run_id: str | None, flow: FlowRunContext | None, context: Resources | None) -> object:
    value = context.batch.id if context else _parameters(flow).get("batch_id")
    if run_id is None:
        return value
    if value:
        _batch_of[run_id] = value
    return value or _batch_of.get(run_id)


def _job(run_id: str | None, flow: FlowRunContext | None, context: Resources | None) -> object:
    """The job of the run that the line belongs to, which is not always the run that logs the line."""
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
