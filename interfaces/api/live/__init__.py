"""Streams of server-sent events: one reading of the database for all readers of a batch or of an organisation."""
