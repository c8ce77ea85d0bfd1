"""Environment variables: what the code reads against what its functions are given."""
