"""How it is installed: the local stack, the bootstrap of a Prefect server, what `make` starts."""
