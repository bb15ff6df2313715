"""CPU time by layer: the layer of a stack."""

import time
from pathlib import Path

import pytest

from dev.bench.sampling import DATABASE, HTTP, LOOP, OURS, PREFECT, PROJECT, Sampler, layer_of, reports, shares

LIBRARIES = "/somewhere/lib/python3.11/site-packages"
LOOP_FILE = "/somewhere/lib/python3.11/asyncio/events.py"


def ours(name: str) -> str:
    """A file of this project."""
    return str(Path(PROJECT, name))


@pytest.mark.parametrize(
    "files, layer",
    [
        (
            [f"{LIBRARIES}/psycopg/cursor.py", f"{LIBRARIES}/sqlalchemy/engine.py", ours("tasks/step_runner.py")],
            DATABASE,
        ),
        ([f"{LIBRARIES}/h11/_state.py", f"{LIBRARIES}/httpx/_client.py", ours("registration/workflow/watch.py")], HTTP),
        ([f"{LIBRARIES}/httpx/_client.py", f"{LIBRARIES}/prefect/client.py", ours("flows/gate/rounds.py")], PREFECT),
        ([f"{LIBRARIES}/pydantic/main.py", ours("registration/kit/values.py")], OURS),
        ([ours("dev/bench/process.py"), LOOP_FILE], LOOP),
        ([LOOP_FILE], LOOP),
        ([], LOOP),
    ],
)
def test_work_counts_for_the_innermost_calling_layer(files: list[str], layer: str) -> None:
    """Prefect uses httpx too, and every layer uses pydantic."""
    assert layer_of(iter(files)) == layer


def test_shares_are_parts_of_the_whole_largest_first() -> None:
    """The shares add up to one."""
    assert list(shares({"a": 1.0, "b": 3.0}).items()) == [("b", 0.75), ("a", 0.25)]


def test_nothing_sampled_has_no_shares() -> None:
    """An idle process has no shares."""
    assert shares({}) == {}


def test_the_sampler_counts_the_cpu_time_that_was_used() -> None:
    """The counted time is at most the process's own CPU time."""
    sampler = Sampler()
    begin = time.process_time()
    with sampler.sampling():
        while time.process_time() < begin + 0.2:
            sum(range(1000))
    assert 0.05 < sum(sampler.seconds.values()) <= time.process_time() - begin


def test_reporting_is_recognised_by_any_of_its_files() -> None:
    """Also if the work is deep inside a library."""
    assert reports(
        [f"{LIBRARIES}/httpx/_client.py", ours("tasks/reporting/artifacts.py"), ours("flows/gate/rounds.py")]
    )
    assert not reports([f"{LIBRARIES}/httpx/_client.py", ours("tasks/step_runner.py")])
