"""`make demo`: twelve restaurants from a list to accounts, on a stack of its own."""
