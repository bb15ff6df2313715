"""What is reported of a batch: summaries, results, history."""
