"""Answers in a file: written for a spreadsheet, and read back."""
