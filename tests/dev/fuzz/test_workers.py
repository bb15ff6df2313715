"""How many threads of the fuzzer send requests."""

import pytest

from dev.fuzz.__main__ import workers


@pytest.mark.parametrize(
    "python, threads",
    [((3, 11, 7), 1), ((3, 11, 8), 2), ((3, 12, 1), 1), ((3, 12, 2), 2), ((3, 13, 0), 2), ((3, 14, 1), 2)],
)
def test_one_thread_where_the_parser_is_shared(python: tuple[int, int, int], threads: int) -> None:
    """A second one would end the run."""
    assert workers(python) == threads
