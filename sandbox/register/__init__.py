"""The companies register, pretended: one directory of companies, and the website that shows it."""
