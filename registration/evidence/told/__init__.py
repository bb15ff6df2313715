"""The evidence of a platform that tells of each change by whom and when, as only the kinder sandbox does."""
