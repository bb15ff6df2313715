"""The REST API: routes, models, sign-in, problems."""
