"""Tests of the tasks use the fixtures of the domain's tests."""

from tests.registration.conftest import organisation, tenant

__all__ = ["organisation", "tenant"]
