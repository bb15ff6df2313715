"""What can go wrong while the demo plays."""


class DemoError(Exception):
    """The demo cannot go on; the message says what was seen and what was expected."""


class TerminalLeft(DemoError):
    """Whoever answers has closed the terminal."""
