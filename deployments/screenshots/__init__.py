"""`make screenshots`: the pictures of docs/operators.md, from a stack of its own."""
