"""The process of a command: its interrupts, streams and terminal."""
