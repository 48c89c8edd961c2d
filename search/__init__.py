"""Search over published rows."""
