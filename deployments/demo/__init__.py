"""`make demo`: twelve restaurants from a list to registered accounts, on a stack of its own that is gone afterwards."""
