"""Many batches at once: cost of each restaurant, time lost, a killed worker, memory."""
