"""AWS facts: data that is generated or copied out of documents, and typed access to it. No logic."""
