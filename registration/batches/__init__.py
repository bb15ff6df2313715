"""Batches: opening, capacity, progress, and the runs that work on them."""
