"""Environment variables: what the code reads against what the template sets."""
