"""Answer operations by functions that were made for them; see ADR 0035."""
