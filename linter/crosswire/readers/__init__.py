"""Text to positioned trees: one tree for YAML and JSON, syntax trees for JavaScript, TypeScript and Python."""
