"""`registration doctor --deep`: the checklist of docs/platform.md, checked without changing anything."""
