"""The companies register, pretended: one directory of companies, and the website and the API that show it.

The companies are invented. `website.py` and `nzbn.py` say what their pages and answers were made after, and when.
"""
