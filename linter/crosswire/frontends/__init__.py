"""Every dialect lowered into the wiring."""
