"""Projects, programmes and partnerships."""
