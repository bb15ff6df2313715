"""The command line `registration`."""
