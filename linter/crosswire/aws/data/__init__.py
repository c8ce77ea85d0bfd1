"""Generated facts, one module per subject or service, imported when one is asked for."""
