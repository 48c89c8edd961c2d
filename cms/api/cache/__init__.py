"""Keep what was worked out once for as long as it is true, and no longer."""
