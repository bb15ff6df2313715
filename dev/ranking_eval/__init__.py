"""`make eval-register`: how often the right company comes first."""
