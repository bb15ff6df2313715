"""The list of restaurants: what is registered, what is in a batch, and what a new batch can have."""
