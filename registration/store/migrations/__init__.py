"""The migrations; `registration.store.schema` runs them."""
