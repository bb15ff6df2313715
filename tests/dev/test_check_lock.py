"""requirements.lock agrees with pyproject.toml."""

import shutil
from pathlib import Path

import pytest

from dev.check_lock import PROJECT, problems


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of both files for a test to modify."""
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy(PROJECT / name, tmp_path / name)
    return tmp_path


def test_the_lock_is_current() -> None:
    """Every requirement, direct or not, is locked in a matching version with hashes, without a named host."""
    assert problems() == []


def test_a_requirement_that_is_not_locked_is_found(project: Path) -> None:
    """A new dependency must be locked."""
    file = project / "pyproject.toml"
    file.write_text(file.read_text().replace('"rich>=15",', '"rich>=15", "left-pad>=1",'))
    assert problems(project) == ["left-pad>=1 is not in the lock; pyproject.toml wants it"]


def test_a_version_that_does_not_fit_is_found(project: Path) -> None:
    """A raised bound requires a new lock."""
    file = project / "pyproject.toml"
    file.write_text(file.read_text().replace('"rich>=15"', '"rich>=99"'))
    [problem] = problems(project)
    assert problem.endswith("pyproject.toml wants rich>=99")


def test_a_named_index_is_found(project: Path) -> None:
    """The lock holds names, versions and hashes; each machine chooses its index."""
    file = project / "requirements.lock"
    file.write_text(f"--index-url=somewhere\n{file.read_text()}")
    assert problems(project) == ["the lock names an index, a host or a file"]
