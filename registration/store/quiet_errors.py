"""Errors of statements without the values of rows: more people read the logs than may read the tables."""

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext


def without_rows(engine: Engine) -> None:
    """Keep only the first line of what the database says of an error: the other lines quote the refused row.

    The engine itself must be made with `hide_parameters`.
    """
    event.listen(engine, "handle_error", _keep_first_line)


def _keep_first_line(context: ExceptionContext) -> None:
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            said = str(error.args[0]).strip()
            error.args = (said.partition("\n")[0], *error.args[1:])
