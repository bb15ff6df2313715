"""Tests that bootstrap a Prefect server of their own, which ends after the last of them."""
