"""What tests of the local stack share."""

from pathlib import Path

import pytest

from deployments.local.keys import Keys


@pytest.fixture
def keys(stack_folder: Path) -> Keys:
    """The keys of the test session's own folder."""
    return Keys(stack_folder / "keys.json")
