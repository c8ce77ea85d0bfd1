"""The wiring: the one small typed model that front ends write and rules read."""
