"""Tests of the tasks work where the domain's tests work."""

from tests.registration.conftest import database, everything, organisation, place

__all__ = ["database", "everything", "organisation", "place"]
