"""Companies: the search for a restaurant in the companies register, and what is kept of it."""
