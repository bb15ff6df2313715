"""A restaurant's configuration: proposal, checks before it is sent, and what is stored."""
