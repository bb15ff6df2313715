"""`make screenshots`: the pictures of docs/operators.md."""
