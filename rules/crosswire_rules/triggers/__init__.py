"""Triggers: what invokes a function against what it is permitted and made for."""
