"""The page of a batch's configurations: what is in the way, and going ahead with what is shown."""
