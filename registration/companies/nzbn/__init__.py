"""The client of the NZBN API."""
