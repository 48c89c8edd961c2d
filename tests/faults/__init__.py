"""Break the services that a site stands on, the real ones, and see what its readers are told."""
