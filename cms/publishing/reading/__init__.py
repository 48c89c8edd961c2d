"""Read published rows: items and their parts, loads in batches, look-ahead over an operation."""
