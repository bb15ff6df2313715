"""The streams of pages: rendered fragments, one reading of the database for all who look at the same."""
