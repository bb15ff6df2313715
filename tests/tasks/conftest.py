"""Tests of the tasks work where the domain's tests work."""

from tests.registration.conftest import organisation, place

__all__ = ["organisation", "place"]
