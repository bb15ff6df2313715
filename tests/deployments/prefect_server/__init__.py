"""Tests that put an installation on a Prefect server of their own, which ends with the last of them."""
