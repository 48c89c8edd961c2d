"""Run the receivers of the portal developers' guide against the real site and the real worker."""
