"""Retry: what is opened again when somebody says so, and what is not."""
