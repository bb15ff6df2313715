"""A stand-in for the companies register: one directory of companies, shown by a website and an API.

The companies are invented. `website.py` and `nzbn.py` name the sources of their pages and answers, with dates.
"""
