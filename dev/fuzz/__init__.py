"""`make fuzz`: generated requests to the REST API, as two organisations."""
