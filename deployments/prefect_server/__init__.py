"""The objects that `make bootstrap` puts on a Prefect server."""
