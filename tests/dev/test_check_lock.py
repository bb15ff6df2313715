"""requirements.lock is what pyproject.toml asks for."""

import shutil
from pathlib import Path

import pytest

from dev.check_lock import PROJECT, problems


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of both files that a test may spoil."""
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy(PROJECT / name, tmp_path / name)
    return tmp_path


def test_the_lock_is_current() -> None:
    """Every requirement, also of what is required, is locked in a fitting version with hashes, from no named host."""
    assert problems() == []


def test_a_requirement_that_is_not_locked_is_found(project: Path) -> None:
    """Whoever adds a dependency is told to lock it."""
    file = project / "pyproject.toml"
    file.write_text(file.read_text().replace('"rich>=15",', '"rich>=15", "left-pad>=1",'))
    assert problems(project) == ["left-pad>=1 is not in the lock; pyproject.toml wants it"]


def test_a_version_that_does_not_fit_is_found(project: Path) -> None:
    """Whoever raises a bound is told that the lock is behind."""
    file = project / "pyproject.toml"
    file.write_text(file.read_text().replace('"rich>=15"', '"rich>=99"'))
    [problem] = problems(project)
    assert problem.endswith("pyproject.toml wants rich>=99")


def test_a_named_index_is_found(project: Path) -> None:
    """The lock holds names, versions and hashes; where they come from is the matter of each machine."""
    file = project / "requirements.lock"
    file.write_text(f"--index-url=somewhere\n{file.read_text()}")
    assert problems(project) == ["the lock names an index, a host or a file"]
