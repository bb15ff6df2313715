"""Every lock that our SQL takes: a statement of its own on one table, so that the next statement reads what is true."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ClauseElement, text
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

import blocks
import flows
import registration
import tasks
from registration.states import JobStatus, StepStatus, SubStepStatus
from registration.workflow.transition_queries import move_statement

_PACKAGES = (registration, tasks, flows, blocks)
_LOCKS = re.compile(r"\bfor\s+(no\s+key\s+)?update\b|\bfor\s+(key\s+)?share\b|with_for_update", re.IGNORECASE)
_OF_ONE_TABLE = {"LockRows", "Sort", "Limit", "Seq Scan", "Index Scan", "Bitmap Heap Scan", "Bitmap Index Scan"}

_MOVES = {
    f"move of {table}": move_statement(table, key, to, ())
    for table, key, to in (
        ("registration_jobs", ("id",), JobStatus.FAILED),
        ("registration_job_steps", ("job_id", "step_number"), StepStatus.FAILED),
        ("registration_sub_steps", ("job_id", "name"), SubStepStatus.FAILED),
    )
}
_HARMLESS = {
    **dict.fromkeys(
        _MOVES,
        "decides on the status of the very row that it locks, which Postgres reads anew after a wait; all else that it "
        "reads is the job's batch, which never changes",
    ),
    "registration.effects.queries._MARK_SENT": "each of its two locks has a condition on nothing but the row that it "
    "locks, which Postgres evaluates anew after a wait, and whether there is such a row is all that is decided on",
}
"""Statements that lock beside something else, each with the reason why nothing stale is decided on."""


def _statements() -> dict[str, ClauseElement]:
    """Every statement that a module of ours holds, by its place."""
    found: dict[str, ClauseElement] = {}
    for package in _PACKAGES:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" in module.name:
                continue
            for name, value in vars(importlib.import_module(module.name)).items():
                found |= {f"{module.name}.{name}": one for one in _in(value) if _LOCKS.search(_sql(one))}
    return found


def _in(value: Any) -> Iterator[ClauseElement]:
    if isinstance(value, ClauseElement):
        yield value
    elif isinstance(value, dict):
        yield from (one for each in value.values() for one in _in(each))
    elif isinstance(value, (tuple, list, set, frozenset)):
        yield from (one for each in value for one in _in(each))


def _sql(statement: ClauseElement) -> str:
    return str(statement.compile(dialect=asyncpg.dialect()))


async def _plan(everything: AsyncConnection, statement: ClauseElement) -> list[str]:
    """The nodes of the plan that Postgres makes of it."""
    explain = f"explain (generic_plan, format json) {_sql(statement)}"
    raw = await everything.get_raw_connection()
    driver = raw.driver_connection
    assert driver is not None
    found = await (await driver.execute(explain.encode())).fetchone()
    return list(_nodes(found[0][0]["Plan"]))


def _nodes(plan: dict[str, Any]) -> Iterator[str]:
    yield plan["Node Type"]
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _beside_the_lock(nodes: list[str]) -> list[str]:
    """What of a plan is more than the lock and the reading of its table."""
    scans = [node for node in nodes if node.endswith("Scan") and node != "Bitmap Index Scan"]
    return [node for node in nodes if node not in _OF_ONE_TABLE] + scans[1:]


LOCKING = _statements() | _MOVES


@pytest.mark.parametrize("place", sorted(LOCKING))
async def test_a_lock_is_a_statement_of_its_own_on_one_table(everything: AsyncConnection, place: str) -> None:
    """No join, sub-select or aggregate beside it: after a wait Postgres would read those as they were before."""
    beside = _beside_the_lock(await _plan(everything, LOCKING[place]))
    assert bool(beside) == (place in _HARMLESS), f"beside the lock it has {beside or 'nothing, and needs no reason'}"


def test_every_lock_in_the_code_is_known_here() -> None:
    """A statement that is put together in a function would escape the test above."""
    known = _words(" ".join(str(one) for one in LOCKING.values()))
    unknown = [
        f"{path}: {words}"
        for package in _PACKAGES
        for path in Path(package.__path__[0]).rglob("*.py")
        for words in _words_before_locks(path)
        if _words(words) not in known
    ]
    assert unknown == []


def _words(sql: str) -> str:
    return " ".join(sql.lower().split())


def _words_before_locks(path: Path) -> Iterator[str]:
    """What stands before every locking clause in the file's strings; each function that calls `with_for_update`."""
    tree = ast.parse(path.read_text())
    documentation = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
    for one in ast.walk(tree):
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and id(one) not in documentation:
            yield from (found.group() for found in re.finditer(f".{{0,60}}({_LOCKS.pattern})", one.value, _LOCKS.flags))
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
            names = {each.attr for each in ast.walk(one) if isinstance(each, ast.Attribute)}
            yield from (f"{one.name} calls {name}" for name in names if name == "with_for_update")


@pytest.mark.parametrize(
    "statement",
    [
        "select j.id from registration_jobs j join restaurants r on r.id = j.restaurant_id for update of j",
        "select id from registration_jobs j where exists (select from registration_leases) for update",
        "select id, (select count(*) from registration_jobs) from registration_leases for update",
    ],
)
async def test_what_is_read_beside_a_lock_is_found(everything: AsyncConnection, statement: str) -> None:
    """Joined, sub-selected and counted rows stand in the plan."""
    assert _beside_the_lock(await _plan(everything, text(statement)))


def test_a_reason_is_given_for_statements_that_exist() -> None:
    """No reason is left of a statement that was removed."""
    assert set(_HARMLESS) <= set(LOCKING)
