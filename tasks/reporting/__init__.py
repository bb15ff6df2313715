"""What the Prefect UI shows of a batch: artifacts, events and log lines."""
