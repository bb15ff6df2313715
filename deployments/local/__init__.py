"""The whole stack on one machine: embedded Postgres, Prefect server, sandbox, worker; for demo, tests and `make up`."""
