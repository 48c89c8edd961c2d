"""Everything with a date: news, calls and events."""
