"""What people said of findings: suppressions and baselines that do not, or no longer, say anything."""
