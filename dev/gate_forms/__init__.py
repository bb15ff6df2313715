"""The gates' Prefect forms, read and answered over the Prefect API as the UI does."""
