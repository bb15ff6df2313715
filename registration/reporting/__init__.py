"""Reports on a batch: summaries, results, history."""
