"""`registration doctor`: whether everything is in order, and what to do if not."""
