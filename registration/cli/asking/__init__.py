"""Answering the gates on the terminal: question by question, and nothing is written before the last yes."""
