"""What `make bootstrap` puts on a Prefect server."""
