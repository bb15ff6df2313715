"""`make bench`: how fast the product is, and how much it needs."""
