"""The rules that come with crosswire: one rule, one file, below its family."""
