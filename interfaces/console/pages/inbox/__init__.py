"""The inbox: everything that waits for somebody, in one list."""
