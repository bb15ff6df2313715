"""The Prefect UI in a real browser: how long an operator waits for a form."""
