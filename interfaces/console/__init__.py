"""The web console: the pages at which operators work, on the program of the REST API."""
