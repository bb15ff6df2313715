"""A restaurant's configuration: its proposal, the checks before it is sent, and its stored inputs."""
