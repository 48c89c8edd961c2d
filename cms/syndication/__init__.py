"""Other systems: feeds, sync, calendar and webhooks."""
