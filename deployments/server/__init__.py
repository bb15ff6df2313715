"""What a Prefect server needs before the flows can run on it; each part says what it changed."""
