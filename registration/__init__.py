"""What it is about: the registration of restaurants. Nothing here knows Prefect, but the command line."""
