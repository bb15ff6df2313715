"""Pending leads: the list, conversion after a dry run, correction, deletion."""
