"""Pages of the companies register with invented values, made on 2026-11-29.

What they were made after: the detail pages after the structure of 49 public saved pages of 39 companies (saved in 2015
to 2017) and what public scrapers of 2016 to 2026 select; the lists of results after those scrapers. `structure.html` is
that structure on one page. No page, name, number or address is a real one.

What is only inferred, as no saved page shows it: the NZBN panel (a scraper of 2026 selects its `label[for=…]` and
`.nzbnDetails`, one of 2023 a table `.otherDetailsTable`; several values stand below each other, with what they are for
in brackets, and "View more"), the words where there are no results, a `.pagingNext` that is switched off, and what the
link of a row calls.
"""
