"""Postgres, Prefect server, workers and sandbox on this machine, as one stack."""
