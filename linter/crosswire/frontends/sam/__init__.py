"""What AWS SAM adds to a template by itself, modelled directly so that every part keeps its place."""
