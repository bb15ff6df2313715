"""Renders batches, jobs and answers for the terminal and as JSON."""
