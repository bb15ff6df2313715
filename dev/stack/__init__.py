"""The local stack: Postgres, Prefect server, workers and sandbox on this machine."""
