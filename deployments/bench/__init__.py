"""`make bench`: how fast a batch is, how big its process gets, and where the time goes."""
