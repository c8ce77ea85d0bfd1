"""Permissions: what the code calls against what its role allows."""
