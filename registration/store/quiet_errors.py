"""Errors of statements say what was wrong, and nothing of whom: they go to logs that more people read than the rows."""

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext


def without_rows(engine: Engine) -> None:
    """From now on keep of the database's own words the first line: the others quote the row that was refused.

    The engine itself must be made with `hide_parameters`.
    """
    event.listen(engine, "handle_error", _keep_first_line)


def _keep_first_line(context: ExceptionContext) -> None:
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            said = str(error.args[0]).strip()
            error.args = (said.partition("\n")[0], *error.args[1:])
