"""Fixtures for tests of the demo that need a batch at a gate."""

from tests.interfaces.cli.conftest import registration
from tests.registration.conftest import organisation

__all__ = ["organisation", "registration"]
