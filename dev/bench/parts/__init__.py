"""The parts of `make bench`, each a process of its own."""
