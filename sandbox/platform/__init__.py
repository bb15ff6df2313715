"""The registration platform, pretended: its endpoints by subject."""
