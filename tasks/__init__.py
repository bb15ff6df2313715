"""One task per piece of work: load, act, save."""
