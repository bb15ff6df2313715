"""The migrations; `registration.database.schema` runs them."""
