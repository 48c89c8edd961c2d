"""Push and pull: what other systems get."""
