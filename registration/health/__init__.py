"""`registration doctor`: checks of the installation, each with the next step if something is wrong."""
