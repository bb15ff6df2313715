"""The checklist of docs/platform.md, walked against a platform that is there: nothing is sent but questions."""
