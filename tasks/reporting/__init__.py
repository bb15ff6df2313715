"""What the UI of Prefect shows of a batch: artifacts, events, log lines."""
