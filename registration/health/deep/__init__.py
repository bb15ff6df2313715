"""`registration doctor --deep`: the checklist of docs/platform.md, walked without changing anything."""
