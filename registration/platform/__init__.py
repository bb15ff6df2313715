"""The client of the registration platform."""
