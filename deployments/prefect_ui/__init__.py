"""Driving the Prefect UI in a browser, as an operator does: for tests and for the pictures of the documentation."""
