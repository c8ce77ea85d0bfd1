"""Input that could not be read."""
