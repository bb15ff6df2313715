"""Which company is behind a restaurant: cleaning of queries, similarity, ranking. Pure."""
