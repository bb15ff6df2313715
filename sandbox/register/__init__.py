"""The companies register, pretended: one directory of companies, and the website and the API that show it."""
