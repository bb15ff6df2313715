"""The run of one batch: supervision, takeover and hand-over."""
